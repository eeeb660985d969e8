// Addresses that are never connected to, whatever a name resolves to.
//
// Cloud machines answer to anybody who asks 169.254.169.254 with their own credentials, so a proxy that can be talked
// into connecting there gives them away (the breach of Capital One, 2019). What is checked is the address at the moment
// of connecting: a list of names can be evaded by a name that resolves differently the second time (DNS rebinding), and
// by other spellings of the same address, of which `::ffff:169.254.169.254` is the simplest.

import { BlockList, isIP } from 'node:net';

/** Whether an address (not a name) lies in a link-local range or is a metadata service outside one. */
export function isLinkLocal(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  // An IPv6 address may carry a zone (`fe80::1%eth0`), which the list does not understand.
  return version === 4 ? LINK_LOCAL.check(address, 'ipv4') : LINK_LOCAL.check(address.split('%')[0], 'ipv6');
}

const LINK_LOCAL = new BlockList();
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6');
LINK_LOCAL.addSubnet('::ffff:169.254.0.0', 112, 'ipv6');
// The IPv4-compatible form, NAT64 and 6to4, each of which a network may translate.
LINK_LOCAL.addSubnet('::169.254.0.0', 112, 'ipv6');
LINK_LOCAL.addSubnet('64:ff9b::169.254.0.0', 112, 'ipv6');
LINK_LOCAL.addSubnet('2002:a9fe::', 32, 'ipv6');
// The metadata services of AWS and of Google over IPv6, which are no link-local addresses.
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6');
LINK_LOCAL.addAddress('fd20:ce::254', 'ipv6');
