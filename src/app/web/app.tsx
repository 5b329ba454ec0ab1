// The page: seven places of one notebook, fed by the worker; the settings live in the address.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { percent } from '../wording.ts';
import { putAddress } from './addressBar.ts';
import { AlbumView } from './album/album.tsx';
import { useAlbumDoor } from './album/openAlbum.ts';
import { useWorker } from './client.ts';
import { type Dropped, useDrop } from './dropped.ts';
import { useLeaveWarning, useVisibility } from './leaving.ts';
import type { Lever } from './protocol.ts';
import { DoorsContext } from './doors.ts';
import { useInsideAddress } from './inside/address.ts';
import { InsideDoor, NoImage } from './inside/door.tsx';
import { Notices } from './notices.tsx';
import { Own } from './own/own.tsx';
import { focusFirstWrong } from './places/field.tsx';
import { Conclusion } from './places/conclusion.tsx';
import { Data } from './places/data.tsx';
import { Evaluation } from './places/evaluation.tsx';
import { Model } from './places/model.tsx';
import { Preparation } from './places/preparation.tsx';
import { Problem } from './places/problem.tsx';
import { Rail } from './places/rail.tsx';
import { Standing } from './places/standing.tsx';
import { Training } from './places/training.tsx';
import { accuracyTitle } from '../settings/said.ts';
import type { Situation } from '../settings/amount.ts';
import { readSettings, searchOf, typedFromSearch } from '../settings/read.ts';
import type { Typed } from '../settings/table.ts';
import { Compare } from './runs/compare.tsx';
import { useUnderWay } from './runs/underWay.ts';
import { useKeptRuns } from './runs/useKeptRuns.ts';
import { ShapeContext, useTask } from './shape.ts';
import { isRunning, type State } from './state.ts';

export function App() {
  const client = useWorker();
  const { state, send, tell, ask } = client;
  const [typed, setTyped] = useState(() => typedFromSearch(location.search));
  const { device, data, dataWork, shelf, run, verdict, judged, album, named, weights, whole } =
    state;
  const [picture, setPicture] = useState<File>();
  const running = isRunning(run);

  const task = useTask(data);
  const settings = useMemo(() => {
    const situation: Situation = {
      face: 'page',
      adapter: device.status === 'ready' ? device.adapter : { name: '', software: true },
      builtin: data?.builtin ?? true,
      name: data && (data.builtin ? data.name : data.name === 'own' ? data.source : undefined),
      task,
      available: data?.exploration.train.count ?? 0,
    };
    return readSettings(typed, situation);
  }, [typed, device, task, data]);
  const { values } = settings;
  const problems = data ? settings.problems : {};

  const set = (more: Typed) => setTyped((before) => ({ ...before, ...more }));
  useEffect(() => {
    putAddress({ search: searchOf(typed) });
  }, [typed]);

  const start = () => {
    const { config, counts } = settings;
    if (!config || !counts) {
      focusFirstWrong();
      return;
    }
    tell({ kind: 'start', config, counts });
    send({ kind: 'train', config });
  };
  const pull = (lever: Lever) => {
    if (lever.kind === 'stop') tell({ kind: 'stopping' }); // the page need not wait to say so
    send(lever);
  };
  useVisibility(pull);
  const [given, setGiven] = useState<readonly Dropped[]>([]);
  const [way, setWay] = useState('');
  const giveFiles = (files: readonly Dropped[]) => {
    if (files.length === 0 || running) return;
    setGiven(files);
    send({ kind: 'files', files, way });
  };
  const changeWay = (changed: string) => {
    setWay(changed);
    // Pictures that were given are read anew.
    if (given.length > 0 && !running) send({ kind: 'files', files: given, way: changed });
  };
  const hindrance = hindranceOf(state, settings.config !== undefined);
  const giveWeights = (file: File) => {
    const { config } = settings;
    if (config && hindrance === '') send({ kind: 'weights', file, config });
  };
  const isOver = useDrop((files) => {
    const isOne = files.every(({ path }) => !path.includes('/'));
    const picture = isOne
      ? files.find(({ file }) => file.type.startsWith('image/'))?.file
      : undefined;
    const weights = files.find(({ path }) => path.endsWith('.safetensors'))?.file;
    if (picture) setPicture(picture);
    else if (weights) {
      giveWeights(weights);
      document.getElementById('conclusion')?.focus();
    } else giveFiles(files);
  });
  const kept = useKeptRuns(verdict?.record);
  const underWay = useUnderWay(state, task, kept.runs);
  const isFree = !running && !state.isElsewhere;
  const tryOut = (more: Typed) => {
    set(more);
    document.getElementById('training')?.focus();
  };
  useLeaveWarning(running && run?.phase !== 'paused' && !state.isElsewhere);

  const albumDoor = useAlbumDoor(client);
  const inside = useInsideAddress();
  const doors = useMemo(() => ({ inside: inside.open, album: albumDoor.open }), []);

  // A place is drawn again only when what it shows has changed, not with every step of a training.
  const seen = [data, device.status, state.worker] as const;
  return (
    <DoorsContext.Provider value={doors}>
      <ShapeContext.Provider value={task.shape}>
        <a class="skip" href="#training">
          Skip to the training
        </a>
        <Rail>
          <Standing state={state} onPull={pull} />
        </Rail>
        <main>
          {useMemo(
            () => (
              <Problem state={state} />
            ),
            seen,
          )}
          {useMemo(
            () => (
              <Data
                data={data}
                work={dataWork}
                isAbsent={!dataWork && state.trouble !== undefined}
                shelf={shelf}
                busy={running}
                isOver={isOver}
                way={way}
                onFiles={giveFiles}
                onWay={changeWay}
                onBuiltin={(name) => send({ kind: 'builtin', name })}
              />
            ),
            [data, dataWork, state.trouble, shelf, running, isOver, way, given],
          )}
          {useMemo(
            () => (
              <Preparation
                {...{ data, settings, ask }}
                isReady={device.status === 'ready'}
                onChange={set}
              />
            ),
            [data, typed, device.status],
          )}
          {useMemo(
            () => (
              <Model
                text={values.model}
                task={task}
                batch={settings.batch}
                onChange={(model) => set({ model })}
              />
            ),
            [values.model, task, settings.batch],
          )}
          <Training
            state={state}
            values={values}
            problems={problems}
            plan={
              data && settings.config && settings.counts
                ? { config: settings.config, samples: settings.counts.train }
                : undefined
            }
            onChange={(field, text) => set({ [field]: text })}
            onStart={start}
            onTry={tryOut}
            onPull={pull}
          >
            {useMemo(
              () => (
                <Compare
                  kept={kept}
                  running={underWay}
                  whole={whole}
                  shown={verdict?.record.startedAt}
                  isFree={isFree}
                  onTry={tryOut}
                  onAsk={send}
                />
              ),
              [kept.runs, kept.isVolatile, underWay, whole, verdict, isFree],
            )}
          </Training>
          {useMemo(
            () => (
              <ShapeContext.Provider value={verdict?.record.dataset.shape ?? task.shape}>
                <Evaluation
                  verdict={verdict}
                  checksum={data?.checksum}
                  run={judged}
                  isNext={running}
                  own={
                    <Own
                      named={named}
                      classes={verdict?.record.dataset.classes ?? data?.exploration.classes ?? []}
                      age={verdict ?? run?.epochs.length}
                      dropped={picture}
                      onAsk={(pixels) => send({ kind: 'classify', pixels })}
                    />
                  }
                />
              </ShapeContext.Provider>
            ),
            [verdict, judged, running, named, run?.epochs.length, picture, data],
          )}
          {useMemo(
            () => (
              <ShapeContext.Provider value={verdict?.record.dataset.shape ?? task.shape}>
                <Conclusion
                  verdict={verdict}
                  checksum={data?.checksum}
                  hasCurves={judged !== undefined && judged === run}
                  weights={weights}
                  hindrance={hindrance}
                  onWeights={giveWeights}
                  onExport={(what) => send({ kind: 'export', what })}
                  onTry={tryOut}
                />
              </ShapeContext.Provider>
            ),
            [verdict, data, judged === run, weights, hindrance, typed],
          )}
        </main>
        {import.meta.env.MODE === 'page' && (
          <footer class="soft">
            <a href="./licenses.txt">Licenses of weft, its libraries and fonts</a>
          </footer>
        )}
        <p class="unseen" role="status">
          {spoken(state)}
        </p>
        <Notices state={state} tell={tell} />
        {album && (
          <AlbumView
            key={album.id}
            album={album}
            classes={data?.exploration.classes ?? []}
            onMore={albumDoor.more}
            onClose={albumDoor.close}
          />
        )}
        {inside.problem && <NoImage problem={inside.problem} onClose={inside.close} />}
        {inside.image && (
          <InsideDoor
            image={inside.image}
            ask={ask}
            network={settings.config?.network ?? null}
            running={running}
            onOpen={inside.open}
            onClose={inside.close}
          />
        )}
      </ShapeContext.Provider>
    </DoorsContext.Provider>
  );
}

/** Why no weights can be read just now; '' when they can. */
function hindranceOf({ device, data, run, worker }: State, areSettingsRight: boolean): string {
  if (worker === 'gone') return 'The part of the page that reads them is not there.';
  if (device.status !== 'ready') return 'It needs WebGPU.';
  if (!data) return 'The data is not there yet.';
  if (isRunning(run)) return 'While a training runs its own weights stay.';
  return areSettingsRight ? '' : 'One of the settings of the training is not right yet.';
}

/** What a screen reader hears while things happen: the landmarks, not every step. */
function spoken({ run, verdict, dataWork, data }: State): string {
  if (!run) {
    if (dataWork) return dataWork.doing;
    return data ? `${data.title} is ready.` : '';
  }
  const epoch = run.epochs.at(-1);
  switch (run.phase) {
    case 'preparing':
      return run.recovery
        ? 'The GPU was lost; the run is being taken up again.'
        : 'Training is being prepared.';
    case 'paused':
      return `Paused after step ${run.progress?.stepsDone ?? 0}.`;
    case 'training':
      if (!epoch) return 'Training.';
      return `Epoch ${epoch.epoch} of ${run.config.epochs} is done, training accuracy ${percent(epoch.trainAccuracy)}.`;
    case 'stopping':
      return 'Stopping.';
    case 'judging':
      return 'Judging on the test images.';
    case 'done':
      return verdict
        ? `Done: ${accuracyTitle(verdict.record.config)} ${percent(verdict.record.test.accuracy)}.`
        : '';
    case 'failed':
      return `The run ended early: ${run.message ?? ''}`;
    default:
      return run.phase satisfies never;
  }
}
