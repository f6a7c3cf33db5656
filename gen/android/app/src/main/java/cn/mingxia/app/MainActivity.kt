package cn.mingxia.app

import android.os.Bundle
import android.view.WindowManager
import androidx.activity.addCallback
import androidx.activity.enableEdgeToEdge

class MainActivity : TauriActivity() {
  override fun onCreate(savedInstanceState: Bundle?) {
    // Before anything is drawn: no picture of the screen, none among the apps that run, none on another screen.
    window.setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE)
    enableEdgeToEdge()
    // Where no page takes it the button puts the app away, on the systems too that would end it.
    onBackPressedDispatcher.addCallback(this) { moveTaskToBack(true) }
    super.onCreate(savedInstanceState)
    Sweeper.schedule(this)
  }
}
