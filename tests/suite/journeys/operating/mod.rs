//! Running the program: it starts, says what is wrong, obeys its signals, and ends with a code scripts can trust.

mod applications;
mod commands;
mod faults;
mod life;
