import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from 'hale';
import { memoryLink } from './link.ts';

test('a question is answered, each with its own answer, whatever their order', async () => {
  const [near, far] = memoryLink<number, number>();
  const held: ((value: number) => void)[] = [];
  far.answer((number) => (number === 1 ? new Promise<number>((resolve) => held.push(resolve)) : number * 10));
  const first = near.ask(1);
  assert.equal(await near.ask(2), 20);
  held[0](7);
  assert.equal(await first, 7);
});

test('messages arrive in the order in which they were sent', async () => {
  const [near, far] = memoryLink<number, number>();
  const heard: number[] = [];
  far.answer((number) => void heard.push(number));
  for (let i = 0; i < 5; i++) near.tell(i);
  await near.ask(5);
  assert.deepEqual(heard, [0, 1, 2, 3, 4, 5]);
});

test('an error comes back as an error, a ConfigError with its faults', async () => {
  const [near, far] = memoryLink<string, string>();
  const faults = [{ path: 'a', expected: 'b', received: 'c' }];
  far.answer((message) => {
    throw message === 'config' ? new ConfigError(faults) : Object.assign(new Error('no'), { code: 'ENO' });
  });
  await assert.rejects(near.ask('config'), (error) => error instanceof ConfigError && error.faults[0].path === 'a');
  await assert.rejects(near.ask('other'), { message: 'no', code: 'ENO' });
});

test('what is sent is a copy: nothing is shared', async () => {
  const [near, far] = memoryLink<{ list: number[] }, { list: number[] }>();
  far.answer((message) => {
    message.list.push(9);
    return message;
  });
  const sent = { list: [1] };
  assert.deepEqual(await near.ask(sent), { list: [1, 9] });
  assert.deepEqual(sent, { list: [1] });
});

test('an answer never comes before the question has returned', async () => {
  const [near, far] = memoryLink<number, number>();
  let isAnswered = false;
  far.answer(() => {
    isAnswered = true;
  });
  const answer = near.ask(1);
  assert.equal(isAnswered, false);
  await answer;
  assert.equal(isAnswered, true);
});

test('a closed link rejects what waits and what comes', async () => {
  const [near, far] = memoryLink<number, number>();
  far.answer(() => new Promise(() => {}));
  const waiting = near.ask(1);
  near.close();
  await assert.rejects(waiting, { code: 'HALE_CLOSED' });
  await assert.rejects(near.ask(2), { code: 'HALE_CLOSED' });
  near.tell(3);
});

test('a message that cannot be copied rejects and is not waited for', async () => {
  const [near] = memoryLink<unknown, unknown>();
  await assert.rejects(near.ask(() => {}));
  near.close();
});
