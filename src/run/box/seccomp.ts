/** The filter's words (linux/filter.h, linux/seccomp.h). */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_ANY_BIT = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;

/** Where `struct seccomp_data` holds the number of the call, the architecture and the low half of the first argument. */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const FIRST_ARGUMENT_AT = 16;

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const CLONE_NEWUSER = 0x10000000;
/** Reaches the machine that a virtual machine runs on, whatever the network namespace (vsock(7)). */
const AF_VSOCK = 40;

interface Architecture {
  /** `AUDIT_ARCH_*` (linux/audit.h). */
  readonly audit: number;
  /** Where the calls of another ABI begin that this architecture has too. */
  readonly otherAbi?: number;
  readonly clone: number;
  readonly clone3: number;
  readonly unshare: number;
  readonly socket: number;
  /** Calls that no build needs and that reach what no namespace keeps apart, or are often how kernels are broken. */
  readonly refused: readonly number[];
  /** Calls that programs do without where they are missing. */
  readonly missing: readonly number[];
}

/**
 * Numbers of calls (arch/x86/entry/syscalls/syscall_64.tbl; include/uapi/asm-generic/unistd.h). Refused are: add_key,
 * request_key, keyctl (the keyring of our session is in no namespace), bpf, perf_event_open, userfaultfd, kexec_load,
 * kexec_file_load, init_module, finit_module, delete_module, open_by_handle_at. Missing: io_uring_setup, _enter, _register.
 */
const ARCHITECTURES: Readonly<Partial<Record<NodeJS.Architecture, Architecture>>> = {
  x64: {
    audit: 0xc000003e,
    otherAbi: 0x40000000,
    clone: 56,
    clone3: 435,
    unshare: 272,
    socket: 41,
    refused: [248, 249, 250, 321, 298, 323, 246, 320, 175, 313, 176, 304],
    missing: [425, 426, 427],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    unshare: 97,
    socket: 198,
    refused: [217, 218, 219, 280, 241, 282, 104, 294, 105, 273, 106, 265],
    missing: [425, 426, 427],
  },
};

/**
 * The filter of system calls that every process of a box lives under, as bubblewrap reads it (`struct sock_filter`s in
 * the machine's byte order, which is little-endian here). No further user namespace can be made in it: with the rights
 * in one of its own a program reaches far more of the kernel. Undefined for an architecture that we know no numbers of.
 */
export function systemCallFilter(architecture: NodeJS.Architecture = process.arch): Buffer | undefined {
  const known = ARCHITECTURES[architecture];
  if (known === undefined) return undefined;
  const { audit, otherAbi, clone, clone3, unshare, socket, refused, missing } = known;
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE_AT],
    [JUMP_EQUAL, 1, 0, audit],
    [RETURN, 0, 0, FAIL | ENOSYS],
    [LOAD, 0, 0, NUMBER_AT],
  ];
  if (otherAbi !== undefined) program.push([JUMP_AT_LEAST, 0, 1, otherAbi], [RETURN, 0, 0, FAIL | ENOSYS]);
  for (const number of refused) program.push([JUMP_EQUAL, 0, 1, number], [RETURN, 0, 0, FAIL | EPERM]);
  // clone3 has its flags in memory, where no filter can look; C libraries fall back to clone.
  for (const number of [...missing, clone3]) {
    program.push([JUMP_EQUAL, 0, 1, number], [RETURN, 0, 0, FAIL | ENOSYS]);
  }
  for (const number of [clone, unshare]) {
    program.push(
      [JUMP_EQUAL, 0, 4, number],
      [LOAD, 0, 0, FIRST_ARGUMENT_AT],
      [JUMP_ANY_BIT, 0, 1, CLONE_NEWUSER],
      [RETURN, 0, 0, FAIL | EPERM],
      [RETURN, 0, 0, ALLOW],
    );
  }
  program.push(
    [JUMP_EQUAL, 0, 3, socket],
    [LOAD, 0, 0, FIRST_ARGUMENT_AT],
    [JUMP_EQUAL, 0, 1, AF_VSOCK],
    [RETURN, 0, 0, FAIL | EAFNOSUPPORT],
    [RETURN, 0, 0, ALLOW],
  );
  return Buffer.concat(program.map(bytesOf));
}

/** Code, how far to jump if true and if not, and a number. */
type Instruction = readonly [code: number, ifTrue: number, ifNot: number, value: number];

function bytesOf([code, ifTrue, ifNot, value]: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifNot, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}
