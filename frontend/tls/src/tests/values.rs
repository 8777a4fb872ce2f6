//! What stands in the messages, value by value.
