//! One test binary: every file below is linked once.
