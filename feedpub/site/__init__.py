"""Room 5: what people look at -> HTML documents. Pure; templates beside it, escaped by default."""
