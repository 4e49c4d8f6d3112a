/** The closed list of models. Their order numbers the kinds of events in a log: append, so that older logs keep their numbers. */
import { authority } from './authority/decide.ts';
import { catalog } from './catalog/decide.ts';
import { cluster } from './cluster/decide.ts';
import { datastore } from './datastore/decide.ts';
import { dhcp } from './dhcp/decide.ts';
import { dhcpClient } from './dhcp-client/decide.ts';
import { docker } from './docker/decide.ts';
import { fabric } from './fabric/decide.ts';
import { host } from './host/decide.ts';
import { kubelet } from './kubelet/decide.ts';
import { node } from './node/decide.ts';
import { proxy } from './proxy/decide.ts';
import { registry } from './registry/decide.ts';
import { relay } from './relay/decide.ts';
import { scheduler } from './scheduler/decide.ts';
import { segment } from './segment/decide.ts';
import { ticket } from './ticket/decide.ts';
import { trust } from './trust/decide.ts';
import { vm } from './vm/decide.ts';

/** Every model by its name. */
export const MODELS = {
  host,
  scheduler,
  datastore,
  vm,
  segment,
  dhcp,
  'dhcp-client': dhcpClient,
  trust,
  proxy,
  registry,
  fabric,
  docker,
  ticket,
  catalog,
  node,
  cluster,
  relay,
  authority,
  kubelet,
} as const;

export type Models = typeof MODELS;
export type ModelName = keyof Models;
export type StateOf<M extends ModelName> = ReturnType<Models[M]['initial']>;
export type CommandOf<M extends ModelName> = Parameters<Models[M]['decide']>[0];
export type EventOf<M extends ModelName> = ReturnType<Models[M]['decide']>[number];
/** `model.Event` of every kind there is. */
export type KindName = { [M in ModelName]: `${M}.${EventOf<M>['type']}` }[ModelName];
/** The event of such a name. */
export type EventNamed<K extends KindName> = K extends `${infer M}.${infer T}`
  ? M extends ModelName
    ? Extract<EventOf<M>, { type: T }>
    : never
  : never;
