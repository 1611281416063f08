"""What the lead page shows. In: a lead that somebody opened. Out: a panel from each module, with its partial, or None."""
