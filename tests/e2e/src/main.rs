//! The guided walk through the nine acts, for a machine without a screen.

fn main() {}
