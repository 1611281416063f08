"""What happened and what it brought: funnel, speed-to-lead, people."""
