//! Parse the command line, hand over.

fn main() -> std::process::ExitCode {
    vestibule::cli::main()
}
