// Addresses that are never connected to, whatever a name resolves to.
//
// Cloud machines answer to anybody who asks 169.254.169.254 with their own credentials, so a proxy that can be talked
// into connecting there gives them away (the breach of Capital One, 2019). What has to be checked is the address at the
// moment of connecting: a list of names can be evaded by a name that resolves differently the second time (DNS
// rebinding), and by other spellings of the same address, of which `::ffff:169.254.169.254` is the simplest. The URL
// standard brings all spellings of an IPv6 address to one, in every runtime.

/** Whether an address (not a name) lies in a link-local range or is a metadata service outside one. */
export function isLinkLocal(address: string): boolean {
  if (!address.includes(':')) return /^169\.254\.\d{1,3}\.\d{1,3}$/.test(address);
  const words = wordsOf(address);
  if (words === undefined) return false;
  // fe80::/10
  if ((words[0] & 0xffc0) === 0xfe80) return true;
  // 6to4 carries the IPv4 address behind 2002, the other forms at their end; a network may translate any of them.
  if (words[0] === 0x2002) return words[1] === 0xa9fe;
  const start = words.slice(0, 6).join();
  return (words[6] === 0xa9fe && CARRIERS.has(start)) || METADATA.has(words.join());
}

const CARRIERS: ReadonlySet<string> = new Set([
  [0, 0, 0, 0, 0, 0xffff].join(), // IPv4-mapped
  [0, 0, 0, 0, 0, 0].join(), // IPv4-compatible
  [0x64, 0xff9b, 0, 0, 0, 0].join(), // NAT64
]);

// The metadata services of AWS and of Google over IPv6, which are no link-local addresses.
const METADATA: ReadonlySet<string> = new Set([
  [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254].join(),
  [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254].join(),
]);

/** The eight words of an IPv6 address, or undefined when it is none. */
function wordsOf(address: string): number[] | undefined {
  let written: string;
  try {
    // It may carry a zone (`fe80::1%eth0`), which URLs do not understand.
    written = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const [head, tail] = written.split('::').map((half) => half.split(':').filter((word) => word !== ''));
  const zeros = Array<string>(8 - head.length - (tail?.length ?? 0)).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].map((word) => Number.parseInt(word, 16));
}
