package cn.mingxia.app

import android.view.inputmethod.EditorInfo

/** Asks the keyboard to learn nothing of what is typed into the page: a phrase, a number, a name. */
internal fun learnsNothing(field: EditorInfo) {
  field.imeOptions = field.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING
}
