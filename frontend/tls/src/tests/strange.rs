//! Servers that do what the practice servers never do.
