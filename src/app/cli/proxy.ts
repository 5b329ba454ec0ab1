// HTTP through the proxy that the environment names, as curl does it: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals
// or not, lower case first. Node's own fetch follows none of them before version 24.
type Environment = Readonly<Record<string, string | undefined>>;

interface Proxy {
  readonly variable: string;
  readonly url: string;
}

/** The variable that names a proxy for addresses of this kind; NO_PROXY may still except one. */
function proxyFor(protocol: string, env: Environment): Proxy | undefined {
  // HTTPS falls back on HTTP_PROXY, as the agent below does.
  const kinds = protocol === 'https:' ? ['https_proxy', 'http_proxy'] : ['http_proxy'];
  for (const kind of kinds)
    for (const variable of [kind, kind.toUpperCase()]) {
      const url = env[variable];
      if (url) return { variable, url };
    }
  return undefined;
}

/** `fetch`, through a proxy where `env` names one. What fails then says through which. */
export function fetchThrough(env: Environment): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const proxy = proxyFor(url.protocol, env);
    if (!proxy) return fetch(input, init);
    try {
      const { EnvHttpProxyAgent, fetch } = await import('undici');
      const dispatcher = new EnvHttpProxyAgent({
        httpProxy: proxyFor('http:', env)?.url ?? '',
        httpsProxy: proxyFor('https:', env)?.url ?? '',
        noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
      });
      // The two declarations of fetch differ in name only.
      const through = fetch as unknown as typeof globalThis.fetch;
      return await through(url, { ...init, dispatcher } as RequestInit);
    } catch (error) {
      init?.signal?.throwIfAborted();
      throw new TypeError(`${reasonOf(error)} (through ${shown(proxy)})`, { cause: error });
    }
  };
}

/** fetch says only "fetch failed" or "terminated"; the reason stands in the cause. */
export function reasonOf(error: unknown): string {
  const isVague = error instanceof Error && /^(fetch failed|terminated)$/.test(error.message);
  const cause = isVague && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return cause.message || code || cause.name;
}

/** Without the name and password that may stand in it. */
function shown({ variable, url }: Proxy): string {
  const host = URL.canParse(url) ? new URL(url).host : 'what is no address';
  return `the proxy of ${variable}, ${host}`;
}
