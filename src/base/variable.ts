const BEARS_ON_START =
  /^(LD_|MALLOC_|GLIBC_TUNABLES$|GCONV_PATH$|LOCPATH$|MUSL_LOCPATH$|NLSPATH$|PYTHONHOME$)/

/** Whether the dynamic loader, the C library or the interpreter act on the variable before any code of a script runs. */
export function bearsOnStart(name: string): boolean {
  return BEARS_ON_START.test(name)
}
