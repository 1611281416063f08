"""Figures without a database: periods, percentiles, fair shares."""
