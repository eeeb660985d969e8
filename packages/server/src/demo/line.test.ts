import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Column } from './line.ts';
import { fitColumns, tableRow, writeLine } from './line.ts';

describe('a line of the terminal', () => {
  it('is cut to the width, with an ellipsis, whatever its colours', () => {
    assert.equal(
      writeLine(
        [
          ['abc', 'red'],
          ['defgh', 'bold'],
        ],
        6,
        false,
      ),
      'abcde…'.slice(0, 3) + 'de…',
    );
    assert.equal(
      writeLine(
        [
          ['abc', 'red'],
          ['defgh', 'bold'],
        ],
        6,
        true,
      ),
      '\x1b[31mabc\x1b[0m\x1b[1mde…\x1b[0m',
    );
    assert.equal(writeLine([['abc']], 3, false), 'abc');
    assert.equal(writeLine([['abc']], 1, false), 'a');
    for (const width of [0, -5]) assert.equal(writeLine([['abc']], width, true), '');
  });

  it('writes no escape without colour', () => {
    assert.equal(
      writeLine(
        [
          ['a', 'red'],
          ['b', 'bold'],
        ],
        80,
        false,
      ),
      'ab',
    );
  });
});

describe('a table in the terminal', () => {
  const columns: Column[] = [
    { title: 'name', width: 4 },
    { title: 'bar', width: 10, leaves: 1 },
    { title: 'n', width: 3, align: 'right', leaves: 2 },
  ];

  it('drops columns in their order when they do not fit', () => {
    assert.deepEqual(fitColumns(columns, 22), [0, 1, 2]); // 1 + 4 + 2 + 10 + 2 + 3
    assert.deepEqual(fitColumns(columns, 21), [0, 2]);
    assert.deepEqual(fitColumns(columns, 9), [0]);
    assert.deepEqual(fitColumns(columns, 0), [0]);
  });

  it('pads and cuts cells to their column', () => {
    const row = tableRow(columns, [0, 2], [['a long name'], ['gone'], ['7']]);
    assert.equal(writeLine(row, 80, false), ' a l…    7');
  });
});
