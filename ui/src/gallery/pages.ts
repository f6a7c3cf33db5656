import type { Component } from 'svelte';
import type { PageName } from './names';
import Banner from './pages/Banner.svelte';
import Button from './pages/Button.svelte';
import Chart from './pages/Chart.svelte';
import Chip from './pages/Chip.svelte';
import Code from './pages/Code.svelte';
import CodeStep from './pages/CodeStep.svelte';
import Curtain from './pages/Curtain.svelte';
import Dialog from './pages/Dialog.svelte';
import Empty from './pages/Empty.svelte';
import Factor from './pages/Factor.svelte';
import Field from './pages/Field.svelte';
import Frame from './pages/Frame.svelte';
import Lead from './pages/Lead.svelte';
import Note from './pages/Note.svelte';
import Number from './pages/Number.svelte';
import Password from './pages/Password.svelte';
import Refused from './pages/Refused.svelte';
import Ring from './pages/Ring.svelte';
import Row from './pages/Row.svelte';
import Search from './pages/Search.svelte';
import Seg from './pages/Seg.svelte';
import Steps from './pages/Steps.svelte';
import Switch from './pages/Switch.svelte';
import Tick from './pages/Tick.svelte';
import Toast from './pages/Toast.svelte';
import Tokens from './pages/Tokens.svelte';
import Walk from './pages/Walk.svelte';

/** One page a part. */
export const pages: Record<PageName, Component> = {
  tokens: Tokens,
  button: Button,
  field: Field,
  search: Search,
  code: Code,
  codestep: CodeStep,
  factor: Factor,
  password: Password,
  switch: Switch,
  seg: Seg,
  tick: Tick,
  chip: Chip,
  steps: Steps,
  row: Row,
  ring: Ring,
  chart: Chart,
  frame: Frame,
  walk: Walk,
  lead: Lead,
  number: Number,
  note: Note,
  banner: Banner,
  refused: Refused,
  empty: Empty,
  toast: Toast,
  dialog: Dialog,
  curtain: Curtain,
};
