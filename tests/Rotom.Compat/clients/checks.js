// Runs named checks one after the other and prints 'ok NAME', 'not ok NAME: why' or 'skip NAME: why'
// for each, and 'done N' at the end. Beside that, the checks that every client of Node can share:
// they are written on call(command, ...args), which each client offers in its own way.

import assert from 'node:assert/strict';

export class Skip extends Error {}

export async function runChecks(checks, before) {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await before();
      await check();
      console.log(`ok ${name}`);
    } catch (e) {
      const why = `${e.message}`.replaceAll('\n', ' ');
      console.log(e instanceof Skip ? `skip ${name}: ${why}` : `not ok ${name}: ${why}`);
    }
  }
  console.log(`done ${Object.keys(checks).length}`);
}

export async function refuses(promise, pattern) {
  await assert.rejects(promise, pattern);
}

export function everyByte() {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  return Buffer.concat([bytes, Buffer.from('\r\n$5\r\n*1\r\n'), bytes]);
}

export function bigValue() {
  const value = Buffer.alloc(10 * 1024 * 1024);
  for (let i = 0; i < value.length; i++) value[i] = (i * 7) % 251;
  return value;
}

export function sharedChecks(call) {
  return {
    async strings() {
      assert.equal(await call('SET', 'k', 'v'), 'OK');
      assert.equal(await call('GET', 'k'), 'v');
      assert.equal(await call('GET', 'absent'), null);
      assert.equal(await call('SET', 'k', 'w', 'NX'), null);
      assert.equal(await call('SET', 'k', 'w', 'GET'), 'v');
      assert.equal(await call('APPEND', 'k', 'xyz'), 4);
      assert.equal(await call('GETRANGE', 'k', '1', '2'), 'xy');
      assert.equal(await call('SETRANGE', 'k', '1', 'ABC'), 4);
      assert.equal(await call('GETDEL', 'k'), 'wABC');
      assert.deepEqual(await call('MGET', 'k', 'absent'), [null, null]);
    },
    async counters() {
      assert.equal(await call('INCR', 'n'), 1);
      assert.equal(await call('INCRBY', 'n', '41'), 42);
      assert.equal(await call('DECR', 'n'), 41);
      assert.equal(await call('INCRBYFLOAT', 'n', '0.5'), '41.5');
      await call('SET', 's', 'text');
      await refuses(call('INCR', 's'), /value is not an integer or out of range/);
    },
    async keys() {
      await call('MSET', 'a', '1', 'b', '2', 'c', '3');
      assert.deepEqual((await call('KEYS', '*')).sort(), ['a', 'b', 'c']);
      assert.equal(await call('TYPE', 'a'), 'string');
      assert.equal(await call('RENAME', 'a', 'z'), 'OK');
      await refuses(call('RENAME', 'a', 'y'), /no such key/);
      assert.equal(await call('EXISTS', 'z', 'b', 'a'), 2);
      assert.equal(await call('DEL', 'z', 'b'), 2);
      assert.equal(await call('DBSIZE'), 1);
      assert.equal(await call('OBJECT', 'ENCODING', 'c'), 'int');
    },
    async expiry() {
      await call('SET', 'k', 'v', 'EX', '100');
      const ttl = await call('TTL', 'k');
      assert.ok(ttl > 95 && ttl <= 100, `TTL ${ttl}`);
      assert.equal(await call('PERSIST', 'k'), 1);
      assert.equal(await call('TTL', 'k'), -1);
      assert.equal(await call('TTL', 'absent'), -2);
      assert.equal(await call('PEXPIRE', 'k', '5000', 'XX'), 0);
      assert.equal(await call('PEXPIRE', 'k', '1'), 1);
      const end = Date.now() + 5000;
      while (await call('EXISTS', 'k')) assert.ok(Date.now() < end, 'a key outlived its expiry by 5 s');
    },
    async errors_do_not_break_the_connection() {
      const all = await Promise.allSettled([
        call('SET', 's', 'text'), call('INCR', 's'), call('NOSUCHCOMMAND'), call('GET'), call('GET', 's'),
      ]);
      assert.deepEqual(all.map((r) => r.status),
        ['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
      assert.match(`${all[2].reason}`, /unknown command/);
      assert.match(`${all[3].reason}`, /wrong number of arguments for 'get' command/);
      assert.equal(all[4].value, 'text');
    },
    async replies_match_their_commands() {
      const jobs = [];
      for (let i = 0; i < 5000; i++) jobs.push(call('ECHO', `e${i}`));
      const replies = await Promise.all(jobs);
      replies.forEach((r, i) => assert.equal(r, `e${i}`));
    },
    async server_facts() {
      const info = `${await call('INFO')}`;
      assert.match(info, /loading:0/);
      assert.match(info, /redis_version:\d+\.\d+\.\d+/);
      assert.equal(await call('CLIENT', 'GETNAME'), 'probe');
      assert.ok((await call('CLIENT', 'ID')) > 0);
      assert.ok((await call('COMMAND', 'COUNT')) > 60);
      assert.equal((await call('TIME')).length, 2);
      await refuses(call('SELECT', '99'), /DB index is out of range/);
    },
    async transactions() {
      const known = await call('COMMAND', 'INFO', 'multi');
      if (!known[0]) throw new Skip('no multi');
      const all = await Promise.all([
        call('MULTI'), call('SET', 't', '1'), call('INCR', 't'), call('EXEC'),
      ]);
      assert.deepEqual(all, ['OK', 'QUEUED', 'QUEUED', ['OK', 2]]);
    },
  };
}
