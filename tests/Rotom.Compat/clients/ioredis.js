// ioredis against a server: node ioredis.js PORT PROTOCOL PACKAGE

import assert from 'node:assert/strict';
import { bigValue, everyByte, runChecks, sharedChecks } from './checks.js';

const [port, protocol, name] = process.argv.slice(2);
const { default: Redis } = await import(name);
const options = {
  port: Number(port),
  connectionName: 'probe',
  maxRetriesPerRequest: 2,
  ...(name === 'ioredis' ? { protocol: Number(protocol) } : {}),
};
const redis = new Redis(options);

const checks = {
  async protocol_is_the_one_asked_for() {
    const list = await redis.call('CLIENT', 'LIST');
    assert.match(list, /name=probe/);
    // resp= is a field of Redis 7.0 and later.
    assert.match(list, new RegExp(`name=probe .*resp=${protocol}`));
  },
  ...sharedChecks((...args) => redis.call(...args)),
  async methods() {
    assert.equal(await redis.set('k', 'v', 'EX', 100), 'OK');
    assert.deepEqual(await redis.mget('k', 'absent'), ['v', null]);
    assert.equal(await redis.expiretime('k') > Date.now() / 1000, true);
    assert.equal(await redis.unlink('k'), 1);
  },
  async scan_stream() {
    const wanted = [];
    for (let i = 0; i < 2000; i++) wanted.push(`scan:${i}`);
    await redis.mset(wanted.flatMap((k) => [k, 'v']));
    await redis.set('other', 'v');
    const seen = new Set();
    for await (const keys of redis.scanStream({ match: 'scan:*', count: 50 })) {
      keys.forEach((k) => seen.add(k));
    }
    assert.deepEqual([...seen].sort(), wanted.sort());
  },
  async pipeline() {
    const pipeline = redis.pipeline();
    for (let i = 0; i < 1000; i++) pipeline.set(`p:${i}`, i).get(`p:${i}`);
    const replies = await pipeline.exec();
    assert.equal(replies.length, 2000);
    for (let i = 0; i < 1000; i++) {
      assert.deepEqual(replies[2 * i], [null, 'OK']);
      assert.deepEqual(replies[2 * i + 1], [null, `${i}`]);
    }
  },
  async binary_values() {
    const bytes = everyByte();
    await redis.set(bytes, bytes);
    assert.deepEqual(await redis.getBuffer(bytes), bytes);
    await redis.set('', '');
    assert.equal(await redis.get(''), '');
  },
  async large_values() {
    const big = bigValue();
    await redis.set('big', big);
    const [one, pong, two] = await Promise.all([
      redis.getBuffer('big'), redis.ping(), redis.getBuffer('big'),
    ]);
    assert.ok(big.equals(one) && big.equals(two));
    assert.equal(pong, 'PONG');
  },
  async databases() {
    const other = new Redis({ ...options, db: 3 });
    await redis.set('k', 'zero');
    assert.equal(await other.get('k'), null);
    await other.quit();
  },
};

await runChecks(checks, () => redis.flushall());
await redis.quit();
