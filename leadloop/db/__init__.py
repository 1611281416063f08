"""How rows are stored: bulk writes, ids, the queue of rows that wait, versioned rows. Knows no business."""
