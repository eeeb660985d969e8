// The file's shape as a type, for programs that write it as an object. `CONFIG_SCHEMA` judges it all the same.

import type { ClassifyRule, SettingsInput, StrategyName } from 'hale/engine';
import type { CheckConfig, Config } from './config.ts';

export interface ConfigInput {
  /** Default '127.0.0.1:8080'. */
  readonly listen?: string;
  /** In place of `listen`, for several. */
  readonly listeners?: readonly { readonly address: string }[];
  readonly workers?: 0;
  /** May be left out when there is one service. */
  readonly routes?: readonly { readonly host?: string; readonly path?: string; readonly service: string }[];
  readonly services: Readonly<Record<string, ServiceInput>>;
  readonly zone?: string;
  readonly forwarded?: Config['forwarded'];
  readonly exposeInstance?: boolean;
  /** A duration with its unit, as everywhere here: '30s'. */
  readonly drainTimeout?: string;
  /** A file for every outcome; `maxSize` as '64MB'. */
  readonly record?: string | { readonly file: string; readonly maxSize?: string; readonly maxFiles?: number };
}

export interface ServiceInput {
  readonly instances: readonly InstanceInput[];
  readonly strategy?: StrategyName;
  readonly key?: 'client-address' | 'path' | { readonly header: string };
  readonly health?: Omit<SettingsInput, 'check' | 'retries' | 'limits' | 'maxServices' | 'maxWait'> & {
    readonly check?: CheckInput;
    /** What counts as a failure; the first rule that applies decides. */
    readonly classify?: readonly ClassifyRule[];
  };
  readonly timeouts?: { readonly connect?: string; readonly response?: string; readonly idle?: string };
  readonly retries?: NonNullable<SettingsInput['retries']>;
  readonly limits?: NonNullable<SettingsInput['limits']>;
}

export interface InstanceInput {
  readonly id?: string;
  readonly url: string;
  readonly weight?: number;
  readonly priority?: number;
  readonly zone?: string;
}

export type CheckInput = NonNullable<SettingsInput['check']> & {
  readonly type?: CheckConfig['type'];
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  /** '200-299', '200, 204' or 200. */
  readonly expect?: string | number;
  readonly body?: string;
  readonly service?: string;
  /** In place of the instance's own. */
  readonly port?: number;
};
