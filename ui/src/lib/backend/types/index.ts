/**
 * The shapes that cross the boundary, as the core's own types generate them (../generated), and the names the screens use.
 * Instants are RFC 3339 strings in UTC; an absent fact is null. Names are snake_case in both directions.
 */
import type { Factor } from '../generated/Factor';
import type { Refusal } from '../generated/Refusal';

export { asShipped } from '../generated/asShipped';

export type { Alarm } from '../generated/Alarm';
export type { AlarmKind } from '../generated/AlarmKind';
export type { AnswerState } from '../generated/AnswerState';
export type { BankAnswer } from '../generated/BankAnswer';
export type { BankReport } from '../generated/BankReport';
export type { BankRow } from '../generated/BankRow';
export type { BankSet } from '../generated/BankSet';
export type { BanksView } from '../generated/BanksView';
export type { CardView } from '../generated/CardView';
export type { Change } from '../generated/Change';
export type { Changed } from '../generated/Changed';
export type { Check } from '../generated/Check';
export type { ClockState } from '../generated/ClockState';
export type { CollectView } from '../generated/CollectView';
export type { CompareView } from '../generated/CompareView';
export type { ConsentForm } from '../generated/ConsentForm';
export type { Ended } from '../generated/Ended';
export type { EnrolForm } from '../generated/EnrolForm';
export type { EnrolStep } from '../generated/EnrolStep';
export type { EnrolView } from '../generated/EnrolView';
export type { ErrorCode } from '../generated/ErrorCode';
export type { ExpectedMessage } from '../generated/ExpectedMessage';
export type { FactorState } from '../generated/FactorState';
export type { FactorView } from '../generated/FactorView';
export type { HealthWord } from '../generated/HealthWord';
export type { HomeView } from '../generated/HomeView';
export type { InquiryRow } from '../generated/InquiryRow';
export type { KeptBank } from '../generated/KeptBank';
export type { KeptConsent } from '../generated/KeptConsent';
export type { KeychainState } from '../generated/KeychainState';
export type { KitStep } from '../generated/KitStep';
export type { KitView } from '../generated/KitView';
export type { Language } from '../generated/Language';
export type { Mark } from '../generated/Mark';
export type { MessagesView } from '../generated/MessagesView';
export type { NoteView } from '../generated/NoteView';
export type { NoticeView } from '../generated/NoticeView';
export type { PackedReport } from '../generated/PackedReport';
export type { NewVersion } from '../generated/NewVersion';
export type { Param } from '../generated/Param';
export type { PasswordStyle } from '../generated/PasswordStyle';
export type { Phase } from '../generated/Phase';
export type { Profile } from '../generated/Profile';
export type { ProtectionView } from '../generated/ProtectionView';
export type { QueryState } from '../generated/QueryState';
export type { QueryView } from '../generated/QueryView';
export type { ReceiptRow } from '../generated/ReceiptRow';
export type { RecordRow } from '../generated/RecordRow';
export type { RecordView } from '../generated/RecordView';
export type { Refusal } from '../generated/Refusal';
export type { ReportView } from '../generated/ReportView';
export type { ResetView } from '../generated/ResetView';
export type { ConfigFault } from '../generated/ConfigFault';
export type { StartView } from '../generated/StartView';
export type { Settings } from '../generated/Settings';
export type { Takeover } from '../generated/Takeover';
export type { Theme } from '../generated/Theme';
export type { Totals } from '../generated/Totals';
export type { UnlockView } from '../generated/UnlockView';
export type { UpdateView } from '../generated/UpdateView';
export type { Unusual } from '../generated/Unusual';
export type { VaultState } from '../generated/VaultState';
export type { VerifyView } from '../generated/VerifyView';
export type { What } from '../generated/What';
export type { Who } from '../generated/Who';

export type FactorKind = Factor;
/** face or card_bank; the core never offers sms as the second */
export type SecondKind = Factor;
export type Params = Refusal['params'];
