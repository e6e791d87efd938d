/** From this many pixels in one event on, it is a notch of a wheel: by itself too little to get to the next video. */
const notchPx = 100
/** Events closer to each other than this belong to one movement, which is one step, up to a time. */
const gapMs = 150
const longestMovementMs = 700

/** Makes each turn of a mouse's wheel one step up or down; touchpads scroll by themselves. */
export function stepByWheel(scroller: HTMLElement, step: (direction: 1 | -1) => void): void {
  let lastMs = 0
  let steppedMs = -longestMovementMs
  const onWheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.deltaY === 0) return
    const { deltaMode, deltaY, timeStamp } = event
    const goesOn = timeStamp - lastMs < gapMs && timeStamp - steppedMs < longestMovementMs
    lastMs = timeStamp
    if (!goesOn && deltaMode === WheelEvent.DOM_DELTA_PIXEL && Math.abs(deltaY) < notchPx) return
    event.preventDefault()
    if (goesOn) return
    steppedMs = timeStamp
    step(deltaY > 0 ? 1 : -1)
  }
  scroller.addEventListener('wheel', onWheel, { passive: false })
}
