import { Route, Router } from '@solidjs/router'
import { lazy } from 'solid-js'
import { render } from 'solid-js/web'
import { Frame } from './frame.tsx'
import './console.css'
import './boxes.css'

const page = (load: () => Promise<{ Page: () => import('solid-js').JSX.Element }>) => lazy(async () => ({ default: (await load()).Page }))

render(
  () => (
    <Router base="/console" root={Frame}>
      <Route path="/" component={page(() => import('./pages/now.tsx'))} />
      <Route path="/pipeline" component={page(() => import('./pages/pipeline.tsx'))} />
      <Route path="/measures" component={page(() => import('./pages/measures.tsx'))} />
      <Route path="/person/:userid?" component={page(() => import('./pages/person.tsx'))} />
      <Route path="/video/:videoId?" component={page(() => import('./pages/video.tsx'))} />
      <Route path="/creator/:creatorId?" component={page(() => import('./pages/creator.tsx'))} />
      <Route path="/exploration" component={page(() => import('./pages/exploration.tsx'))} />
      <Route path="/models" component={page(() => import('./pages/models.tsx'))} />
      <Route path="/data" component={page(() => import('./pages/data.tsx'))} />
      <Route path="/features" component={page(() => import('./pages/features.tsx'))} />
      <Route path="*" component={page(() => import('./pages/unknown.tsx'))} />
    </Router>
  ),
  document.getElementById('console')!,
)
