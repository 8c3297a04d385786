//! Functions of other modules that never return to their caller.

/// Sorted, so that a name is found by halving.
///
/// Sources: ISO C23 §7.24.4 and §7.27, POSIX.1-2024, Linux Standard Base 5.0 for the names with two underscores,
/// the Itanium C++ ABI, 4.4BSD for `err` and its
/// relatives, and Microsoft's documentation of the Windows API and of its C runtime.
const NAMES: [&str; 44] = [
    "ExitProcess",
    "ExitThread",
    "FatalAppExitA",
    "FatalAppExitW",
    "FreeLibraryAndExitThread",
    "RaiseFailFastException",
    "RtlExitUserProcess",
    "RtlExitUserThread",
    "RtlRaiseStatus",
    "_CxxThrowException",
    "_Exit",
    "_Unwind_Resume",
    "__assert",
    "__assert_fail",
    "__assert_perror_fail",
    "__chk_fail",
    "__cxa_bad_cast",
    "__cxa_bad_typeid",
    "__cxa_rethrow",
    "__cxa_throw",
    "__cxa_throw_bad_array_new_length",
    "__fortify_fail",
    "__libc_start_main",
    "__longjmp_chk",
    "__stack_chk_fail",
    "_assert",
    "_endthread",
    "_endthreadex",
    "_exit",
    "_invoke_watson",
    "_longjmp",
    "_wassert",
    "abort",
    "err",
    "errx",
    "exit",
    "longjmp",
    "pthread_exit",
    "quick_exit",
    "siglongjmp",
    "terminate",
    "thrd_exit",
    "verr",
    "verrx",
];

/// Returns true if a function of another module never returns.
pub(crate) fn never_returns(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{NAMES, never_returns};

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn exit_never_returns_and_printf_does() {
        assert!(never_returns("exit") && never_returns("ExitProcess") && !never_returns("printf"));
    }
}
