import type { System } from '../system';
import type {
  BankSet,
  BanksView,
  Change,
  CollectView,
  CompareView,
  ConsentForm,
  EnrolForm,
  EnrolView,
  HomeView,
  KeptConsent,
  KitView,
  Mark,
  MessagesView,
  NoticeView,
  ProtectionView,
  QueryView,
  RecordView,
  ReportView,
  ResetView,
  SecondKind,
  Settings,
  StartView,
  FactorKind,
  UnlockView,
  UpdateView,
  VerifyView,
} from './types';

/**
 * Everything the screens may ask of the core, one group an act. Every call rejects with a Refusal and nothing else.
 * Passwords are bytes: the caller wipes its own copy once the call has settled.
 */
export interface Backend {
  readonly system: System;
  /** Has the telephone's own button for going back call here, while there is somewhere to go; returns how to stop. */
  onBack(press: () => void): Promise<() => void>;
  /** Calls back whenever something has to be read again; returns how to stop. */
  onChanged(tell: (change: Change) => void): Promise<() => void>;

  settings: {
    home(): Promise<HomeView>;
    /** what a first start can begin with */
    start(): Promise<StartView>;
    /** the query a link from outside led to, once */
    link(): Promise<string | null>;
    /** opens the demonstration in place of this window */
    demonstration(): Promise<null>;
    /** home is silent about these alarms from now on; all of them, or none */
    alarms_seen(alarms: number[]): Promise<null>;
    get(): Promise<Settings>;
    set(settings: Settings): Promise<Settings>;
    protection(): Promise<ProtectionView>;
    /** whether reports are compared with the one before */
    compare(): Promise<CompareView>;
    set_compare(on: boolean): Promise<CompareView>;
    delete_account(): Promise<void>;
    erase_device(): Promise<void>;
  };
  enrol: {
    state(): Promise<EnrolView>;
    start(form: EnrolForm): Promise<EnrolView>;
    confirm(code: string): Promise<EnrolView>;
    resend(): Promise<EnrolView>;
    prove(kind: SecondKind): Promise<EnrolView>;
    proof_evidence(): Promise<EnrolView>;
    proof_poll(): Promise<EnrolView>;
    phrase(phrase: string): Promise<EnrolView>;
    password(password: Uint8Array): Promise<EnrolView>;
    cancel(): Promise<EnrolView>;
    /** stops an enrolment that waits on another device, or freezes a device that took over */
    not_me(): Promise<null>;
  };
  consent: {
    banks(): Promise<BanksView>;
    notice(locale: string): Promise<NoticeView>;
    /** a set of that name is replaced */
    save_set(name: string, banks: string[]): Promise<BankSet[]>;
    forget_set(name: string): Promise<BankSet[]>;
    agree(form: ConsentForm): Promise<QueryView>;
    kept(query_id: string): Promise<KeptConsent>;
    /** keeps that copy as a file where the person says; false where they said nowhere */
    save(query_id: string): Promise<boolean>;
    withdraw(query_id: string): Promise<void>;
  };
  verify: {
    state(): Promise<VerifyView>;
    start(kind: FactorKind): Promise<VerifyView>;
    confirm(code: string): Promise<VerifyView>;
    resend(): Promise<VerifyView>;
    evidence(): Promise<VerifyView>;
    poll(): Promise<VerifyView>;
    /** a factor that waits counts for nothing any more */
    stop(kind: FactorKind): Promise<VerifyView>;
    /** takes the consent to the face check back, while the query is not sent */
    withdraw_face(): Promise<VerifyView>;
  };
  apply: {
    submit(): Promise<QueryView>;
    cancel(): Promise<void>;
  };
  collect: {
    state(): Promise<CollectView>;
    refresh(): Promise<CollectView>;
    retry(): Promise<CollectView>;
  };
  notify: {
    messages(): Promise<MessagesView>;
  };
  unlock: {
    state(): Promise<UnlockView>;
    open(password: Uint8Array): Promise<UnlockView>;
    lock(): Promise<UnlockView>;
    /** length of the old one as u32 big endian, then the old, then the new */
    change(both: Uint8Array): Promise<UnlockView>;
    forgotten(): Promise<ResetView>;
    forgotten_confirm(code: string): Promise<ResetView>;
    forgotten_second(kind: SecondKind): Promise<ResetView>;
    forgotten_evidence(): Promise<ResetView>;
    forgotten_poll(): Promise<ResetView>;
    forgotten_password(password: Uint8Array): Promise<UnlockView>;
    by_biometrics(): Promise<UnlockView>;
    allow_biometrics(password: Uint8Array): Promise<UnlockView>;
    forget_biometrics(): Promise<UnlockView>;
  };
  read: {
    report(): Promise<ReportView>;
    mark(card: string, mark: Mark): Promise<ReportView>;
    /** the city this card was opened in is strange to the person, or is not */
    strange(card: string, strange: boolean): Promise<ReportView>;
    kit(card: string): Promise<KitView>;
    kit_tick(card: string, step: string, done: boolean): Promise<KitView>;
    /** keeps own words and the steps done past the end; nothing of a card, no four digits in a row */
    keep_note(words: string): Promise<ReportView>;
    /** the page on paper or as a PDF, where the person says; over once they said and it is printed, or put the question away */
    print(): Promise<void>;
  };
  expire: {
    delete_now(query_id: string): Promise<void>;
    record(query_id: string): Promise<RecordView>;
    forget_note(query_id: string): Promise<null>;
  };
  update: {
    /** this version, and what is known of newer ones; nobody is asked */
    state(): Promise<UpdateView>;
    /** asks for a newer one */
    look(): Promise<UpdateView>;
    /** puts the version that was shown in place of this one; where that worked, it never answers */
    install(version: string): Promise<null>;
  };
}
