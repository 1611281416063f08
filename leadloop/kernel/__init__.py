"""Shared vocabulary without Django: errors and contact points. Imports nothing of ours."""
