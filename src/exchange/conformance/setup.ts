/** The set-up of a recorded DHCP case, as golden/tools/README.md writes it. Only what is needed; everything else is ignored. */
import { z } from 'zod';

const range = z.tuple([z.string(), z.string()]);

const effective = z.looseObject({
  pool: range,
  mask: z.string().nullish(),
  subnet: z.string().nullish(),
  lease_s: z.number(),
  max_lease_s: z.number().nullish(),
  min_lease_s: z.number().nullish(),
  t1: z.number().nullish(),
  t2: z.number().nullish(),
  authoritative: z.boolean().nullish(),
  ping_check: z.boolean().nullish(),
  ping_wait_s: z.number().nullish(),
  decline_s: z.number().nullish(),
  offer_s: z.number().nullish(),
  conflict_s: z.number().nullish(),
  max_leases: z.number().nullish(),
  sequential: z.boolean().nullish(),
  reservations: z.array(range).nullish(),
});

const node = z.looseObject({
  name: z.string(),
  role: z.string(),
  software: z.string().nullish(),
  ip: z.string().nullish(),
  mac: z.string().nullish(),
  command: z.string().nullish(),
  config: z.union([z.string(), z.array(z.unknown())]).nullish(),
  effective: z.array(effective).nullish(),
});

const action = z.looseObject({
  t: z.number(),
  do: z.string(),
  node: z.string(),
  program: z.string().optional(),
  signal: z.string().optional(),
  address: z.string().optional(),
  addresses: z.array(z.string()).optional(),
});

const sent = z.looseObject({
  send: z.string(),
  mac: z.string(),
  xid: z.number(),
  requested: z.string().optional(),
  server_id: z.string().optional(),
  ciaddr: z.string().optional(),
  dst_ip: z.string().optional(),
  client_id: z.string().optional(),
  lease_time: z.number().optional(),
  broadcast: z.boolean().optional(),
  secs: z.number().optional(),
  htype: z.number().optional(),
  op: z.number().optional(),
  cookie: z.string().optional(),
  truncate: z.number().optional(),
});

const loss = z.looseObject({
  direction: z.string(),
  type: z.enum(['OFFER', 'ACK', 'NAK']),
  which: z.array(z.number()),
});

export const setupSchema = z.looseObject({
  case: z.string(),
  params: z.looseObject({
    subnet: z.string().nullish(),
    server_ip: z.string().nullish(),
    client_options: z.looseObject({ arp: z.number().nullish() }).nullish(),
    lease_database_kept: z.boolean().nullish(),
    relay: z
      .looseObject({ client_side: z.string(), server_side: z.string(), option82: z.boolean().nullish() })
      .nullish(),
    delay_server_to_client_s: z.number().nullish(),
    delay_client_to_server_s: z.number().nullish(),
    dropped: z.array(loss).nullish(),
  }),
  nodes: z.array(node),
  segments: z.unknown(),
  actions: z.array(action),
  end: z.number(),
  stimuli: z.array(z.looseObject({ t: z.number(), from: z.string().nullish(), sent })).optional(),
});

export type Setup = z.output<typeof setupSchema>;
export type Node = Setup['nodes'][number];
export type Action = Setup['actions'][number];
export type Effective = z.output<typeof effective>;
export type Stimulus = NonNullable<Setup['stimuli']>[number];
