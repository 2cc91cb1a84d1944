// node-redis against a server: node node_redis.js PORT PROTOCOL

import assert from 'node:assert/strict';
import { createClient, RESP_TYPES } from 'redis';
import { bigValue, everyByte, runChecks, sharedChecks } from './checks.js';

const [port, protocol] = process.argv.slice(2);
const options = { socket: { port: Number(port) }, RESP: Number(protocol), name: 'probe' };
const client = createClient(options);
client.on('error', (e) => console.log(`not ok connection: ${e.message}`));
await client.connect();
const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });

const checks = {
  async protocol_is_the_one_asked_for() {
    const list = await client.sendCommand(['CLIENT', 'LIST']);
    assert.match(`${list}`, new RegExp(`name=probe .*resp=${protocol}`));
  },
  ...sharedChecks((...args) => client.sendCommand(args)),
  async methods() {
    assert.equal(await client.set('k', 'v', { expiration: { type: 'EX', value: 100 } }), 'OK');
    assert.deepEqual(await client.mGet(['k', 'absent']), ['v', null]);
    assert.equal(await client.setNX('k', 'w'), 0);
    assert.equal(await client.incrByFloat('f', 1.5), '1.5');
    assert.equal(await client.del('k'), 1);
  },
  async scan_iterator() {
    const wanted = {};
    for (let i = 0; i < 2000; i++) wanted[`scan:${i}`] = 'v';
    await client.mSet(wanted);
    await client.set('other', 'v');
    const seen = new Set();
    for await (const keys of client.scanIterator({ MATCH: 'scan:*', COUNT: 50 })) {
      keys.forEach((k) => seen.add(k));
    }
    assert.deepEqual([...seen].sort(), Object.keys(wanted).sort());
  },
  async binary_values() {
    const bytes = everyByte();
    await client.set(bytes, bytes);
    assert.deepEqual(await binary.get(bytes), bytes);
    await client.set('', '');
    assert.equal(await client.get(''), '');
  },
  async large_values() {
    const big = bigValue();
    await client.set('big', big);
    const [one, pong, two] = await Promise.all([binary.get('big'), client.ping(), binary.get('big')]);
    assert.ok(big.equals(one) && big.equals(two));
    assert.equal(pong, 'PONG');
  },
  async config_is_a_map() {
    assert.deepEqual({ ...await client.configGet('appendonly') }, { appendonly: 'no' });
  },
  async databases() {
    const other = createClient({ ...options, database: 3 });
    await other.connect();
    await client.set('k', 'zero');
    assert.equal(await other.get('k'), null);
    await other.close();
  },
};

await runChecks(checks, () => client.flushAll());
await client.close();
