// Files on a real disk: how large they grow, what becomes of full ones, and what is left alone.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { linesOf, numbered, pathIn } from './folder-fixture.test.ts';
import { HEADER } from './line.ts';
import { RotatingFile } from './rotating-file.ts';

const HEAD = HEADER.trimEnd();

/** Appends all of them, as `Batches` does. */
async function appendAll(file: RotatingFile, lines: readonly string[]): Promise<void> {
  for (let at = 0, idle = 0; at < lines.length;) {
    const count = await file.append(lines.slice(at));
    at += count;
    idle = count === 0 ? idle + 1 : 0;
    assert.ok(idle < 2, 'room is made once, then lines are written');
  }
}

const numbersOf = (path: string): number[] => linesOf(path).slice(1).map(Number.parseFloat);

describe('a file', () => {
  test('is made for its owner alone, and begins with the header', async (t) => {
    const path = pathIn(t);
    await appendAll(new RotatingFile(path, 5000, 3), numbered(1, 2));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(linesOf(path), [HEAD, ...numbered(1, 2).map((line) => line.trimEnd())]);
  });

  test('of an earlier process is continued', async (t) => {
    const path = pathIn(t);
    await appendAll(new RotatingFile(path, 5000, 3), numbered(1, 2));
    await appendAll(new RotatingFile(path, 5000, 3), numbered(3, 1));
    assert.deepEqual(numbersOf(path), [1, 2, 3]);
  });

  test('that ended within a line is continued on a new one', async (t) => {
    const path = pathIn(t);
    writeFileSync(path, `${HEADER}{"time":17`);
    await appendAll(new RotatingFile(path, 5000, 3), ['1\n']);
    assert.deepEqual(linesOf(path), [HEAD, '{"time":17', '1']);
  });

  test('that is full becomes the first of the older ones, and the oldest goes', async (t) => {
    const path = pathIn(t);
    // Room for forty lines each.
    await appendAll(new RotatingFile(path, HEADER.length + 4050, 3), numbered(0, 170));
    assert.deepEqual(readdirSync(dirname(path)).toSorted(), ['outcomes.jsonl', 'outcomes.jsonl.1', 'outcomes.jsonl.2']);
    const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
    assert.deepEqual(numbersOf(path), range(160, 170));
    assert.deepEqual(numbersOf(`${path}.1`), range(120, 160));
    assert.deepEqual(numbersOf(`${path}.2`), range(80, 120));
    for (const name of readdirSync(dirname(path))) {
      const each = join(dirname(path), name);
      assert.equal(linesOf(each)[0], HEAD);
      assert.ok(statSync(each).size <= HEADER.length + 4050);
    }
  });

  test('that is the only one begins anew when it is full', async (t) => {
    const path = pathIn(t);
    await appendAll(new RotatingFile(path, 4096, 1), numbered(0, 50));
    assert.deepEqual(readdirSync(dirname(path)), ['outcomes.jsonl']);
    assert.deepEqual(numbersOf(path), [40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
  });

  test('that was larger than it may be is put aside before the next line', async (t) => {
    const path = pathIn(t);
    writeFileSync(path, HEADER + numbered(0, 100).join(''));
    await appendAll(new RotatingFile(path, 4096, 3), numbered(100, 1));
    assert.equal(numbersOf(`${path}.1`).length, 100);
    assert.deepEqual(numbersOf(path), [100]);
  });

  test('that somebody moved, emptied or removed is begun anew where the path leads', async (t) => {
    const path = pathIn(t);
    const file = new RotatingFile(path, 5000, 3);
    await appendAll(file, ['1\n']);
    renameSync(path, `${path}.mine`);
    await appendAll(file, ['2\n']);
    rmSync(path);
    await appendAll(file, ['3\n']);
    assert.deepEqual(
      [linesOf(`${path}.mine`), linesOf(path)],
      [
        [HEAD, '1'],
        [HEAD, '3'],
      ],
    );
    writeFileSync(path, '');
    await appendAll(file, ['4\n']);
    assert.deepEqual(linesOf(path), [HEAD, '4']);
  });

  test('pushes no older one out while there is a gap', async (t) => {
    const path = pathIn(t);
    writeFileSync(`${path}.2`, 'kept');
    await appendAll(new RotatingFile(path, 4096, 4), numbered(0, 41));
    assert.equal(readFileSync(`${path}.2`, 'utf8'), 'kept');
  });
});

describe('what is no file of ours is refused and left as it is', () => {
  const refused = async (path: string, expected: RegExp): Promise<void> => {
    const file = new RotatingFile(path, 4096, 3);
    await assert.rejects(file.append(['1\n']), expected);
  };

  test('a folder, a path through a file, a folder that is missing', async (t) => {
    const path = pathIn(t);
    await refused(dirname(path), /EISDIR/);
    writeFileSync(path, '');
    await refused(join(path, 'x'), /ENOTDIR/);
    await refused(join(dirname(path), 'missing', 'x'), /ENOENT/);
  });

  test(
    'a link, even one to nothing',
    { skip: process.platform === 'win32' && 'links need rights there' },
    async (t) => {
      const path = pathIn(t);
      symlinkSync(join(dirname(path), 'elsewhere'), path);
      await refused(path, /ELOOP/);
      assert.equal(existsSync(join(dirname(path), 'elsewhere')), false);
      writeFileSync(join(dirname(path), 'elsewhere'), HEADER);
      await refused(path, /ELOOP/);
    },
  );

  test('a device', { skip: !existsSync('/dev/null') && 'there is none' }, async () => {
    await refused('/dev/null', /no regular file/);
  });

  test('a file with other content', async (t) => {
    const path = pathIn(t, 'hale.yaml');
    for (const content of ['services: {}\n', '{"hale":"record","version":2}\n', '{']) {
      writeFileSync(path, content);
      await refused(path, /something else than a record/);
      assert.equal(readFileSync(path, 'utf8'), content);
    }
  });

  test('an older file that cannot be replaced: no line is lost or doubled, and the file does not grow', async (t) => {
    const path = pathIn(t);
    mkdirSync(join(`${path}.1`, 'x'), { recursive: true });
    const file = new RotatingFile(path, 4096, 2);
    await assert.rejects(appendAll(file, numbered(0, 50)), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    assert.ok(statSync(path).size <= 4096);
    rmSync(`${path}.1`, { recursive: true });
    await appendAll(file, numbered(40, 10));
    assert.deepEqual([numbersOf(`${path}.1`).length, numbersOf(path).length], [40, 10]);
  });
});
