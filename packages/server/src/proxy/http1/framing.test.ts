import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, isFramedOnce } from './framing.ts';

const HOST = ['Host', 'a.example:80'];
const GOOD: readonly [string, string, string[]][] = [
  ['a plain request', '1.1', HOST],
  ['a length', '1.1', [...HOST, 'Content-Length', '5']],
  ['chunks, in any case', '1.1', [...HOST, 'transfer-encoding', 'Chunked']],
  ['HTTP/1.0 without a host', '1.0', []],
  ['an empty host', '1.1', ['Host', '']],
  ['an IPv6 host', '1.1', ['Host', '[::1]:80']],
];
for (const [what, version, fields] of GOOD)
  test(`${what} may be forwarded`, () => assert.equal(faultOf(version, fields), undefined));

const BAD: readonly [string, string, string[], number][] = [
  ['a length and chunks', '1.1', [...HOST, 'Content-Length', '5', 'Transfer-Encoding', 'chunked'], 400],
  ['a repeated length', '1.1', [...HOST, 'Content-Length', '5', 'Content-Length', '5'], 400],
  ['a list of lengths', '1.1', [...HOST, 'Content-Length', '5, 5'], 400],
  ['a signed length', '1.1', [...HOST, 'Content-Length', '+5'], 400],
  ['an empty length', '1.1', [...HOST, 'Content-Length', ''], 400],
  ['a length beyond what a number holds', '1.1', [...HOST, 'Content-Length', '9999999999999999'], 400],
  ['another coding before chunked', '1.1', [...HOST, 'Transfer-Encoding', 'gzip, chunked'], 400],
  ['a coding that only looks like chunked', '1.1', [...HOST, 'Transfer-Encoding', 'xchunked'], 400],
  ['chunked twice', '1.1', [...HOST, 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], 400],
  ['chunks in HTTP/1.0', '1.0', [...HOST, 'Transfer-Encoding', 'chunked'], 400],
  ['no host', '1.1', [], 400],
  ['two hosts', '1.1', [...HOST, 'host', 'b'], 400],
  ['a host with a blank', '1.1', ['Host', 'a b'], 400],
  ['a host with a path', '1.1', ['Host', 'a/b'], 400],
  ['a host with a user', '1.1', ['Host', 'u@a'], 400],
  ['another version', '2.0', HOST, 505],
  ['no version', '0.9', [], 505],
];
for (const [what, version, fields, status] of BAD)
  test(`${what} is refused`, () => assert.equal(faultOf(version, fields)?.status, status));

const ANSWERS: readonly [string, string, string[], boolean][] = [
  ['no length at all', '1.1', ['A', '1'], true],
  ['a length', '1.1', ['Content-Length', '5'], true],
  ['chunks, in any case', '1.1', ['TRANSFER-ENCODING', 'Chunked'], true],
  ['a length and chunks', '1.1', ['Content-Length', '5', 'Transfer-Encoding', 'chunked'], false],
  ['two lengths', '1.1', ['Content-Length', '5', 'content-length', '5'], false],
  ['identity', '1.1', ['Transfer-Encoding', 'identity'], false],
  ['another coding before chunked', '1.1', ['Transfer-Encoding', 'gzip, chunked'], false],
  ['chunked twice', '1.1', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], false],
  ['chunks in HTTP/1.0', '1.0', ['Transfer-Encoding', 'chunked'], false],
];
for (const [what, version, fields, isGood] of ANSWERS)
  test(`an answer with ${what} ${isGood ? 'may' : 'must not'} be passed on`, () =>
    assert.equal(isFramedOnce(version, fields), isGood));
