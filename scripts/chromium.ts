import { existsSync } from 'node:fs'

/** Where the browser is that pages are tested, measured and photographed in; undefined where there is none. */
export const chromiumPath: string | undefined = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

/** A root of a container has no sandbox; media need no gesture, as in an app. */
export const chromiumArgs: readonly string[] = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio']
