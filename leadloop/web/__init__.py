"""What every page needs: middleware, paging, error pages, the style guide."""
