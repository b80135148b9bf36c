"""Every page of the product: one table, from which it is photographed and held to WCAG."""
