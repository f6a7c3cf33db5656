; What the uninstaller says before it begins: removing the program removes nothing a person stored, and they hear of it
; while the app that can erase it is still there. An update and an unattended removal ask nothing. What would start the
; program with Windows goes with it.

!include LogicLib.nsh

!macro NSIS_HOOK_PREUNINSTALL
  ${If} $UpdateMode <> 1
  ${AndIfNot} ${Silent}
    ${If} $LANGUAGE = 2052
      StrCpy $0 "卸载只拿走程序。您的报告、记录、授权书和钥匙还留在这台电脑上，演示的资料也是。$\r$\n$\r$\n想一起清掉，请先打开名下，在“设置”里选“清除这台设备”，再来卸载。下一步里的“删除应用程序数据”只删文件，不删 Windows 凭据里的钥匙。$\r$\n$\r$\n现在继续卸载吗？"
    ${Else}
      StrCpy $0 "Removing Mingxia removes the program only. Your report, records, consents and keys stay on this computer, and so does what the demonstration stored.$\r$\n$\r$\nTo erase them too, open Mingxia first, choose $\"Erase this device$\" in its settings, then remove it. $\"Delete the application data$\" deletes files, and not the keys among the credentials of Windows.$\r$\n$\r$\nRemove Mingxia now?"
    ${EndIf}
    MessageBox MB_YESNO|MB_ICONINFORMATION|MB_DEFBUTTON2 $0 IDYES +2
    Abort
  ${EndIf}
!macroend

!define MINGXIA_VERSION_KEY "Software\Microsoft\Windows\CurrentVersion"

!macro NSIS_HOOK_POSTUNINSTALL
  ${If} $UpdateMode <> 1
    DeleteRegValue HKCU "${MINGXIA_VERSION_KEY}\Run" "cn.mingxia.app"
    DeleteRegValue HKCU "${MINGXIA_VERSION_KEY}\Run" "cn.mingxia.app.demo"
    DeleteRegValue HKCU "${MINGXIA_VERSION_KEY}\Explorer\StartupApproved\Run" "cn.mingxia.app"
    DeleteRegValue HKCU "${MINGXIA_VERSION_KEY}\Explorer\StartupApproved\Run" "cn.mingxia.app.demo"
  ${EndIf}
!macroend
