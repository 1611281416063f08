"""What needs numpy, scikit-learn and interpret: run in a process of its own and never imported by a server or the loop."""
