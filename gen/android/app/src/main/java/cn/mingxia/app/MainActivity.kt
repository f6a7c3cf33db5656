package cn.mingxia.app

import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.WindowManager
import android.webkit.WebView
import androidx.activity.addCallback
import androidx.activity.enableEdgeToEdge
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat

class MainActivity : TauriActivity() {
  override fun onCreate(savedInstanceState: Bundle?) {
    began = true
    // Before anything is drawn: no picture of the screen, none among the apps that run, none on another screen.
    window.setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE)
    enableEdgeToEdge()
    // Where no page takes it the button puts the app away, on the systems too that would end it.
    onBackPressedDispatcher.addCallback(this) { moveTaskToBack(true) }
    super.onCreate(savedInstanceState)
    Sweeper.schedule(this)
  }

  override fun onWebViewCreate(webView: WebView) {
    // Names, numbers and passwords go to no service that fills forms in: it would keep them elsewhere.
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O) {
      webView.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
    }
    val webVersion = version.substringBefore('.').toIntOrNull() ?: 0
    if (webVersion < KNOWS_INSETS) keepClear(findViewById(android.R.id.content))
  }

  /** What stands around the page, which does not know of them, leaves bars, notch and keyboard their room. */
  private fun keepClear(around: View) {
    val taken = WindowInsetsCompat.Type.systemBars() or
      WindowInsetsCompat.Type.displayCutout() or
      WindowInsetsCompat.Type.ime()
    ViewCompat.setOnApplyWindowInsetsListener(around) { view, insets ->
      val room = insets.getInsets(taken)
      view.setPadding(room.left, room.top, room.right, room.bottom)
      WindowInsetsCompat.CONSUMED
    }
  }

  companion object {
    /** The first web view that tells its page of all of them. */
    private const val KNOWS_INSETS = 144

    /** An activity of this process began: from then on the window's library keeps the context of the keychain. */
    var began = false
      private set
  }
}
