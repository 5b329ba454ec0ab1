// What to say where WebGPU is missing: one message for each browser and situation.

/** `absent`: the browser has no WebGPU here; `noAdapter`: it has, but nothing to run it on. */
export type Missing = 'absent' | 'noAdapter' | 'failed';

interface Surroundings {
  readonly userAgent: string;
  /** Served over https or from this very machine. */
  readonly secure: boolean;
}

export interface Advice {
  readonly title: string;
  readonly steps: readonly string[];
}

type Browser = 'chromium' | 'firefox' | 'safari' | 'other';
type System = 'windows' | 'mac' | 'linux' | 'android' | 'ios' | 'other';

function browserOf(userAgent: string): Browser {
  if (/firefox|fxios/i.test(userAgent)) return 'firefox';
  if (/chrom(e|ium)|crios|edg(a|ios)?\//i.test(userAgent)) return 'chromium';
  return /safari/i.test(userAgent) ? 'safari' : 'other';
}

function systemOf(userAgent: string): System {
  if (/iphone|ipad|ipod/i.test(userAgent)) return 'ios';
  if (/android/i.test(userAgent)) return 'android';
  if (/windows/i.test(userAgent)) return 'windows';
  if (/macintosh|mac os/i.test(userAgent)) return 'mac';
  return /linux|x11|cros/i.test(userAgent) ? 'linux' : 'other';
}

/** Name and version of a browser for the record of a run, such as 'Chromium 150'. */
export function hostOf(userAgent: string): string {
  const known: readonly (readonly [RegExp, string])[] = [
    [/Edg(?:A|iOS)?\/(\d+)/, 'Edge'],
    [/(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
    [/(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/, 'Chromium'],
    [/Version\/(\d+(?:\.\d+)?).*Safari/, 'Safari'],
  ];
  for (const [pattern, name] of known) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}`;
  }
  return 'browser';
}

/** Every system on iOS browses with WebKit, whatever the browser is called. */
const IOS = 'Update to iOS or iPadOS 26: every browser there has WebGPU from that version on.';

const WITHOUT: Readonly<Record<Browser, (system: System) => readonly string[]>> = {
  chromium: (system) => [
    system === 'android'
      ? 'Use Chrome 121 or later on Android 12 or later.'
      : 'Use Chrome or Edge 113 or later.',
    ...(system === 'linux'
      ? [
          'On Linux it may be off for your graphics card: set chrome://flags/#enable-unsafe-webgpu and chrome://flags/#enable-vulkan to “Enabled” and start the browser again.',
        ]
      : []),
    'See what chrome://gpu says beside “WebGPU”: an administrator or a blocklist may have switched it off.',
  ],
  firefox: (system) => [
    system === 'windows' || system === 'mac'
      ? 'Update Firefox: WebGPU is on from version 141 on Windows and from 145 on Macs with Apple silicon.'
      : 'Open about:config and set dom.webgpu.enabled to true; Firefox Nightly is further along.',
    'Or open this page in Chrome or Edge.',
  ],
  safari: (system) =>
    system === 'ios'
      ? [IOS]
      : [
          'Use Safari 26 or later.',
          'Or open this page in Chrome or Edge, which have WebGPU on older systems as well.',
        ],
  other: () => ['Open this page in a current Chrome, Edge, Firefox or Safari.'],
};

/** What is the matter and what to do about it, the likeliest first. */
export function advise(missing: Missing, { userAgent, secure }: Surroundings): Advice {
  const browser = browserOf(userAgent);
  const system = systemOf(userAgent);
  if (missing === 'absent' && !secure)
    return {
      title: 'Browsers offer WebGPU to secure pages only, and this one is not',
      steps: ['Open it over https, or from the machine that serves it as http://localhost.'],
    };
  if (missing === 'absent')
    return {
      title: 'This browser has no WebGPU, or it is switched off',
      steps: system === 'ios' ? [IOS] : WITHOUT[browser](system),
    };
  if (missing === 'noAdapter')
    return {
      title: 'WebGPU is here, but it found no graphics adapter',
      steps: [
        'Switch on hardware (graphics) acceleration in the browser’s settings and start it again.',
        system === 'linux'
          ? 'Install a Vulkan driver for your graphics card; Mesa’s mesa-vulkan-drivers also brings one that runs on the CPU.'
          : 'Update the graphics driver.',
        ...(browser === 'chromium'
          ? [
              'Without a graphics card: start it with --enable-unsafe-webgpu, and WebGPU runs on the CPU.',
            ]
          : []),
      ],
    };
  return {
    title: 'WebGPU is here, but it could not be opened',
    steps: ['Reload the page. If it stays so, restart the browser and update the graphics driver.'],
  };
}
