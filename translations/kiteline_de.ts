<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Errors</name>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindet</translation>
    </message>
    <message>
        <source>Flying</source>
        <translation>Fliegt</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Am Boden</translation>
    </message>
    <message>
        <source>The relay for %1 does not answer. Visitors see nothing until it does. Kiteline keeps trying; check the network and the relay&apos;s host name.</source>
        <translation>Das Relay für %1 antwortet nicht. Bis dahin sehen Besucher nichts. Kiteline versucht es weiter; prüfen Sie das Netz und den Namen des Relays.</translation>
    </message>
    <message>
        <source>The connection to the relay broke. %1 is back as soon as the relay answers; there is nothing you need to do.</source>
        <translation>Die Verbindung zum Relay ist abgerissen. %1 ist zurück, sobald das Relay antwortet; Sie müssen nichts tun.</translation>
    </message>
    <message>
        <source>The relay did not accept the secret for %1. Visitors see an offline page. Enter the secret again.</source>
        <translation>Das Relay hat das Geheimnis für %1 nicht angenommen. Besucher sehen eine Abwesenheitsseite. Geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The relay does not know the name %1. Visitors see an offline page. Check the name, or ask whoever runs the relay for it.</source>
        <translation>Das Relay kennt den Namen %1 nicht. Besucher sehen eine Abwesenheitsseite. Prüfen Sie den Namen oder bitten Sie den Betreiber des Relays darum.</translation>
    </message>
    <message>
        <source>Another computer is flying %1 right now. Visitors arrive there. Stop it there, or choose another name here.</source>
        <translation>Ein anderer Rechner lässt %1 gerade fliegen. Besucher kommen dort an. Beenden Sie es dort oder wählen Sie hier einen anderen Namen.</translation>
    </message>
    <message>
        <source>The relay does not carry this kind of kite or this port, so %1 cannot be reached. Choose another relay for it.</source>
        <translation>Das Relay trägt diese Art von Drachen oder diesen Port nicht; %1 ist nicht erreichbar. Wählen Sie dafür ein anderes Relay.</translation>
    </message>
    <message>
        <source>The relay says that the quota for %1 is used up. Visitors see an offline page. Ask whoever runs the relay for more.</source>
        <translation>Das Relay meldet, dass das Kontingent für %1 verbraucht ist. Besucher sehen eine Abwesenheitsseite. Bitten Sie den Betreiber des Relays um mehr.</translation>
    </message>
    <message>
        <source>The relay could not prove who it is, so Kiteline did not connect and sent no secret. %1 is down. Check the relay&apos;s host name and its certificate.</source>
        <translation>Das Relay konnte nicht nachweisen, wer es ist; Kiteline hat sich nicht verbunden und kein Geheimnis gesendet. %1 ist am Boden. Prüfen Sie den Namen des Relays und sein Zertifikat.</translation>
    </message>
    <message>
        <source>What answered is not a relay, so %1 is down. Check the relay&apos;s host name and port.</source>
        <translation>Was geantwortet hat, ist kein Relay; %1 ist am Boden. Prüfen Sie Name und Port des Relays.</translation>
    </message>
    <message>
        <source>Another program uses the port that Kiteline listens on, so %1 cannot be reached. Choose another port in Settings, or end that program.</source>
        <translation>Ein anderes Programm benutzt den Port, auf dem Kiteline lauscht; %1 ist nicht erreichbar. Wählen Sie in den Einstellungen einen anderen Port oder beenden Sie jenes Programm.</translation>
    </message>
    <message>
        <source>What %1 shares is gone or cannot be read. Visitors see an error page. Put it back, or stop this kite.</source>
        <translation>Was %1 teilt, ist fort oder nicht lesbar. Besucher sehen eine Fehlerseite. Legen Sie es zurück oder beenden Sie diesen Drachen.</translation>
    </message>
    <message>
        <source>The secret for %1 is not at hand, so the relay cannot be asked to fly it. Unlock the keyring and try again, or enter the secret again.</source>
        <translation>Das Geheimnis für %1 ist nicht zur Hand, daher kann das Relay nicht gebeten werden. Entsperren Sie den Schlüsselbund und versuchen Sie es erneut, oder geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>This computer has no keyring that answers. Kiteline keeps the secret for %1 only until you quit, and writes it nowhere. After the next start you enter it again.</source>
        <translation>Dieser Rechner hat keinen Schlüsselbund, der antwortet. Kiteline behält das Geheimnis für %1 nur, bis Sie es beenden, und schreibt es nirgends hin. Nach dem nächsten Start geben Sie es erneut ein.</translation>
    </message>
    <message>
        <source>The keyring is locked and did not take the secret for %1. Kiteline keeps it only until you quit. To store it, unlock the keyring and enter the secret again.</source>
        <translation>Der Schlüsselbund ist gesperrt und hat das Geheimnis für %1 nicht angenommen. Kiteline behält es nur, bis Sie es beenden. Um es zu speichern, entsperren Sie den Schlüsselbund und geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The keyring did not keep the secret for %1. Kiteline keeps it only until you quit. To store it, check the keyring and enter the secret again.</source>
        <translation>Der Schlüsselbund hat das Geheimnis für %1 nicht behalten. Kiteline behält es nur, bis Sie es beenden. Um es zu speichern, prüfen Sie den Schlüsselbund und geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The keyring does not show the secret for %1; most likely it is locked. Its kites stay down. Unlock the keyring and try again, or enter the secret again.</source>
        <translation>Der Schlüsselbund zeigt das Geheimnis für %1 nicht; wahrscheinlich ist er gesperrt. Seine Drachen bleiben am Boden. Entsperren Sie den Schlüsselbund und versuchen Sie es erneut, oder geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The keyring did not hand out the secret for %1. Its kites stay down. Allow it and try again, or enter the secret again.</source>
        <translation>Der Schlüsselbund hat das Geheimnis für %1 nicht herausgegeben. Seine Drachen bleiben am Boden. Erlauben Sie es und versuchen Sie es erneut, oder geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The keyring does not answer, so the secret for %1 is not at hand. Its kites stay down. Start the keyring and try again, or enter the secret again.</source>
        <translation>Der Schlüsselbund antwortet nicht, daher ist das Geheimnis für %1 nicht zur Hand. Seine Drachen bleiben am Boden. Starten Sie den Schlüsselbund und versuchen Sie es erneut, oder geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The keyring could not read the secret for %1. Its kites stay down. Try again, or enter the secret again.</source>
        <translation>Der Schlüsselbund konnte das Geheimnis für %1 nicht lesen. Seine Drachen bleiben am Boden. Versuchen Sie es erneut oder geben Sie das Geheimnis erneut ein.</translation>
    </message>
    <message>
        <source>The relay %1 is gone from Kiteline, but the keyring is locked and may still hold its secret. Unlock the keyring and remove it there.</source>
        <translation>Das Relay %1 ist aus Kiteline entfernt, aber der Schlüsselbund ist gesperrt und enthält sein Geheimnis vielleicht noch. Entsperren Sie den Schlüsselbund und entfernen Sie es dort.</translation>
    </message>
    <message>
        <source>The relay %1 is gone from Kiteline, but the keyring did not remove its secret. Remove it there.</source>
        <translation>Das Relay %1 ist aus Kiteline entfernt, aber der Schlüsselbund hat sein Geheimnis nicht entfernt. Entfernen Sie es dort.</translation>
    </message>
    <message>
        <source>The settings in %1 cannot be read. Kiteline starts without them and leaves the file alone. Make it readable and start Kiteline again.</source>
        <translation>Die Einstellungen in %1 sind nicht lesbar. Kiteline startet ohne sie und lässt die Datei, wie sie ist. Machen Sie sie lesbar und starten Sie Kiteline erneut.</translation>
    </message>
    <message>
        <source>The settings in %1 are damaged. Kiteline starts without them; a copy is kept beside them. Add your kites again.</source>
        <translation>Die Einstellungen in %1 sind beschädigt. Kiteline startet ohne sie; eine Kopie liegt daneben. Fügen Sie Ihre Drachen erneut hinzu.</translation>
    </message>
    <message>
        <source>The settings in %1 were written by a newer Kiteline. This one starts without them and leaves the file alone. Use the newer one.</source>
        <translation>Die Einstellungen in %1 stammen von einem neueren Kiteline. Dieses startet ohne sie und lässt die Datei, wie sie ist. Benutzen Sie das neuere.</translation>
    </message>
    <message>
        <source>The settings would be over 4 MiB, more than Kiteline reads again, so %1 stays as it was. What you change is lost when you quit. Stop kites that share very many files, and share folders instead.</source>
        <translation>Die Einstellungen wären größer als 4 MiB, mehr liest Kiteline nicht wieder; %1 bleibt, wie es war. Was Sie ändern, geht beim Beenden verloren. Beenden Sie Drachen, die sehr viele Dateien teilen, und teilen Sie stattdessen Ordner.</translation>
    </message>
    <message>
        <source>The settings in %1 cannot be written. What you change is lost when you quit. Make room on the disk and allow writing there.</source>
        <translation>Die Einstellungen in %1 können nicht geschrieben werden. Was Sie ändern, geht beim Beenden verloren. Schaffen Sie Platz und erlauben Sie das Schreiben dort.</translation>
    </message>
</context>
<context>
    <name>Faults</name>
    <message>
        <source>Enter the relay&apos;s host name.</source>
        <translation>Geben Sie den Namen des Relays ein.</translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation>Geben Sie einen Namen ein.</translation>
    </message>
    <message>
        <source>Choose what to share.</source>
        <translation>Wählen Sie, was geteilt wird.</translation>
    </message>
    <message>
        <source>Choose a relay.</source>
        <translation>Wählen Sie ein Relay.</translation>
    </message>
    <message>
        <source>Something is missing here.</source>
        <translation>Hier fehlt etwas.</translation>
    </message>
    <message>
        <source>This is not a host name. Enter it like relay.example.net, without http://.</source>
        <translation>Das ist kein Rechnername. Geben Sie ihn wie relay.example.net ein, ohne http://.</translation>
    </message>
    <message>
        <source>Enter a port from 1 to 65535.</source>
        <translation>Geben Sie einen Port von 1 bis 65535 ein.</translation>
    </message>
    <message>
        <source>A name has letters, digits, hyphens and dots: demo.example.net.</source>
        <translation>Ein Name besteht aus Buchstaben, Ziffern, Bindestrichen und Punkten: demo.example.net.</translation>
    </message>
    <message>
        <source>On this computer a name is one word of letters, digits and hyphens.</source>
        <translation>Auf diesem Rechner ist ein Name ein Wort aus Buchstaben, Ziffern und Bindestrichen.</translation>
    </message>
    <message>
        <source>This relay serves other names.</source>
        <translation>Dieses Relay trägt andere Namen.</translation>
    </message>
    <message>
        <source>You already have a kite of that name there.</source>
        <translation>Dort haben Sie schon einen Drachen mit diesem Namen.</translation>
    </message>
    <message>
        <source>This relay is no longer in your list.</source>
        <translation>Dieses Relay ist nicht mehr in Ihrer Liste.</translation>
    </message>
    <message>
        <source>On this computer alone only web sites fly. Choose a relay for this.</source>
        <translation>Auf diesem Rechner allein fliegen nur Websites. Wählen Sie dafür ein Relay.</translation>
    </message>
    <message>
        <source>Choose http, https, websocket or raw.</source>
        <translation>Wählen Sie http, https, websocket oder raw.</translation>
    </message>
    <message>
        <source>A fingerprint is 64 digits from 0 to f.</source>
        <translation>Ein Fingerabdruck besteht aus 64 Zeichen von 0 bis f.</translation>
    </message>
    <message>
        <source>Enter the whole path, from the top.</source>
        <translation>Geben Sie den ganzen Pfad ein, von oben an.</translation>
    </message>
    <message>
        <source>There is no such file, or it cannot be read.</source>
        <translation>Es gibt keine solche Datei, oder sie ist nicht lesbar.</translation>
    </message>
    <message>
        <source>Two of these have the same name. Share them one by one.</source>
        <translation>Zwei davon haben denselben Namen. Teilen Sie sie einzeln.</translation>
    </message>
    <message>
        <source>There is nothing at this path, or it cannot be read.</source>
        <translation>Unter diesem Pfad ist nichts, oder es ist nicht lesbar.</translation>
    </message>
    <message>
        <source>This is no invitation. An invitation begins with kite://.</source>
        <translation>Das ist keine Einladung. Eine Einladung beginnt mit kite://.</translation>
    </message>
    <message>
        <source>This is too long for an invitation. Paste nothing but the link.</source>
        <translation>Das ist zu lang für eine Einladung. Fügen Sie nur den Link ein.</translation>
    </message>
    <message>
        <source>This link does not say where its relay is. Ask for a new one.</source>
        <translation>Dieser Link sagt nicht, wo sein Relay ist. Bitten Sie um einen neuen.</translation>
    </message>
    <message>
        <source>This link does not say which name your kite gets. Copy all of it, or ask for a new one.</source>
        <translation>Dieser Link sagt nicht, welchen Namen Ihr Drachen bekommt. Kopieren Sie ihn ganz, oder bitten Sie um einen neuen.</translation>
    </message>
    <message>
        <source>The end of this link is missing: # and the secret. Copy all of it.</source>
        <translation>Das Ende dieses Links fehlt: # und das Geheimnis. Kopieren Sie ihn ganz.</translation>
    </message>
    <message>
        <source>The secret in this link is damaged. Copy the link again, or ask for a new one.</source>
        <translation>Das Geheimnis in diesem Link ist beschädigt. Kopieren Sie den Link noch einmal, oder bitten Sie um einen neuen.</translation>
    </message>
    <message>
        <source>The fingerprint in this link is damaged. Copy the link again, or ask for a new one.</source>
        <translation>Der Fingerabdruck in diesem Link ist beschädigt. Kopieren Sie den Link noch einmal, oder bitten Sie um einen neuen.</translation>
    </message>
</context>
<context>
    <name>Kites</name>
    <message numerus="yes">
        <source>%n kite(s) flying</source>
        <translation>
            <numerusform>%n Drachen fliegt</numerusform>
            <numerusform>%n Drachen fliegen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) connecting</source>
        <translation>
            <numerusform>%n Drachen verbindet</numerusform>
            <numerusform>%n Drachen verbinden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) down</source>
        <translation>
            <numerusform>%n Drachen am Boden</numerusform>
            <numerusform>%n Drachen am Boden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) paused</source>
        <translation>
            <numerusform>%n Drachen pausiert</numerusform>
            <numerusform>%n Drachen pausiert</numerusform>
        </translation>
    </message>
    <message>
        <source>No kites yet</source>
        <translation>Noch keine Drachen</translation>
    </message>
    <message>
        <source>Port %1</source>
        <translation>Port %1</translation>
    </message>
    <message>
        <source>Port %1 of %2</source>
        <translation>Port %1 von %2</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <extracomment>%1: a folder&apos;s or file&apos;s name, %n: how many others are shared with it</extracomment>
        <translation>
            <numerusform>%1 und %n weiteres</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>This computer and its network</source>
        <translation>Dieser Rechner und sein Netz</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Rechner</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>Kiteline cannot write in %1. Allow writing and make room there.
</source>
        <translation>Kiteline kann in %1 nicht schreiben. Erlauben Sie das Schreiben und schaffen Sie Platz dort.
</translation>
    </message>
    <message>
        <source>Kiteline is running already, but does not answer. End it first.
</source>
        <translation>Kiteline läuft schon, antwortet aber nicht. Beenden Sie es zuerst.
</translation>
    </message>
</context>
<context>
    <name>StartWords</name>
    <message>
        <source>Puts what is on your computer on the web.</source>
        <translation>Stellt ins Netz, was auf Ihrem Rechner liegt.</translation>
    </message>
    <message>
        <source>Start in the tray, without a window.</source>
        <translation>In der Kontrollleiste starten, ohne Fenster.</translation>
    </message>
    <message>
        <source>Files or a folder to share at once.</source>
        <translation>Dateien oder ein Ordner, sofort zu teilen.</translation>
    </message>
    <message>
        <source>There is no %1.
</source>
        <translation>%1 gibt es nicht.
</translation>
    </message>
    <message>
        <source>A relay&apos;s invitation, kite://..., to look at.</source>
        <translation>Einladung eines Relays, kite://..., zum Ansehen.</translation>
    </message>
    <message>
        <source>One invitation at a time.
</source>
        <translation>Nur eine Einladung auf einmal.
</translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>%1/s</source>
        <extracomment>A rate: bytes each second</extracomment>
        <translation>%1/s</translation>
    </message>
    <message numerus="yes">
        <source>%n visitor(s)</source>
        <translation>
            <numerusform>%n Besucher</numerusform>
            <numerusform>%n Besucher</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s)</source>
        <translation>
            <numerusform>%n Drachen</numerusform>
            <numerusform>%n Drachen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message numerus="yes">
        <source>%n s ago</source>
        <comment>seconds</comment>
        <translation>
            <numerusform>vor %n s</numerusform>
            <numerusform>vor %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min ago</source>
        <comment>minutes</comment>
        <translation>
            <numerusform>vor %n Min.</numerusform>
            <numerusform>vor %n Min.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h ago</source>
        <comment>hours</comment>
        <translation>
            <numerusform>vor %n Std.</numerusform>
            <numerusform>vor %n Std.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>vor %n Tag</numerusform>
            <numerusform>vor %n Tagen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kite::app::Notices</name>
    <message>
        <source>Open Kiteline</source>
        <translation>Kiteline öffnen</translation>
    </message>
</context>
<context>
    <name>kite::app::TrayApp</name>
    <message>
        <source>%1 is flying</source>
        <translation>%1 fliegt</translation>
    </message>
    <message>
        <source>Its address is on the clipboard: %1</source>
        <translation>Die Adresse ist in der Zwischenablage: %1</translation>
    </message>
    <message>
        <source>%1 is down</source>
        <translation>%1 ist am Boden</translation>
    </message>
    <message>
        <source>Starting at login could not be changed: %1 cannot be written.</source>
        <translation>Der Start beim Anmelden ließ sich nicht ändern: %1 ist nicht beschreibbar.</translation>
    </message>
</context>
<context>
    <name>kite::ui::AddKiteDialog</name>
    <message>
        <source>Share</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation>Lokalen Port teilen</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>For example 8000</source>
        <translation>Zum Beispiel 8000</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation>&amp;Port</translation>
    </message>
    <message>
        <source>&amp;Computer</source>
        <translation>&amp;Rechner</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Web site (http)</source>
        <translation>Website (http)</translation>
    </message>
    <message>
        <source>Web site with its own certificate (https)</source>
        <translation>Website mit eigenem Zertifikat (https)</translation>
    </message>
    <message>
        <source>Anything else, such as SSH (raw)</source>
        <translation>Etwas anderes, etwa SSH (raw)</translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation>&amp;Art</translation>
    </message>
</context>
<context>
    <name>kite::ui::AddressRow</name>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the address in the browser</source>
        <translation>Adresse im Browser öffnen</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
    <message>
        <source>Show the address as a QR code</source>
        <translation>Adresse als QR-Code zeigen</translation>
    </message>
</context>
<context>
    <name>kite::ui::Desk</name>
    <message>
        <source>Stop %1?</source>
        <translation>%1 stoppen?</translation>
    </message>
    <message numerus="yes">
        <source>%n visitor(s) are here now and will be cut off.</source>
        <translation>
            <numerusform>%n Besucher ist gerade hier und wird getrennt.</numerusform>
            <numerusform>%n Besucher sind gerade hier und werden getrennt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Keep flying</source>
        <translation>Weiterfliegen</translation>
    </message>
    <message>
        <source>Quit Kiteline?</source>
        <translation>Kiteline beenden?</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Keep your kites flying?</source>
        <translation>Sollen Ihre Drachen weiterfliegen?</translation>
    </message>
    <message>
        <source>This desktop has no place for Kiteline&apos;s icon. Your kites can stay in the air without a window; start Kiteline again to see it.</source>
        <translation>Diese Arbeitsumgebung hat keinen Platz für Kitelines Symbol. Ihre Drachen können ohne Fenster in der Luft bleiben; starten Sie Kiteline erneut, um es zu sehen.</translation>
    </message>
</context>
<context>
    <name>kite::ui::EmptyPage</name>
    <message>
        <source>Drop a folder here</source>
        <translation>Ordner hier ablegen</translation>
    </message>
    <message>
        <source>Put something on the web</source>
        <translation>Etwas ins Netz stellen</translation>
    </message>
    <message>
        <source>It stays on this computer, gets an address, and is gone when you stop it.</source>
        <translation>Es bleibt auf diesem Rechner, bekommt eine Adresse und ist fort, sobald Sie es beenden.</translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation>Ordner teilen</translation>
    </message>
    <message>
        <source>Photos, a web site, class material: anybody with the address can see it.</source>
        <translation>Fotos, eine Website, Unterrichtsmaterial: Jeder mit der Adresse kann es sehen.</translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation>Lokalen Port teilen</translation>
    </message>
    <message>
        <source>A development server, SSH, or a device in your network.</source>
        <translation>Ein Entwicklungsserver, SSH oder ein Gerät in Ihrem Netz.</translation>
    </message>
    <message>
        <source>Add a relay</source>
        <translation>Relay hinzufügen</translation>
    </message>
    <message>
        <source>Gives your kites a lasting address on the internet.</source>
        <translation>Gibt Ihren Drachen eine dauerhafte Adresse im Internet.</translation>
    </message>
</context>
<context>
    <name>kite::ui::InvitationPicker</name>
    <message>
        <source>&amp;Use it</source>
        <translation>&amp;Benutzen</translation>
    </message>
    <message>
        <source>Invitation</source>
        <translation>Einladung</translation>
    </message>
    <message>
        <source>&amp;Invitation</source>
        <translation>&amp;Einladung</translation>
    </message>
    <message>
        <source>Paste the link that you got from whoever runs the relay. Without one, fill in the rest.</source>
        <translation>Fügen Sie den Link ein, den Sie vom Betreiber des Relays haben. Ohne Link füllen Sie die übrigen Felder aus.</translation>
    </message>
    <message>
        <source>The clipboard holds an invitation: %1 at %2.</source>
        <extracomment>%1: a kite&apos;s name, %2: a relay</extracomment>
        <translation>In der Zwischenablage ist eine Einladung: %1 bei %2.</translation>
    </message>
</context>
<context>
    <name>kite::ui::KiteListModel</name>
    <message>
        <source>%1, %2, %3, %4</source>
        <extracomment>Read aloud: name, state, what it points at, how many visitors</extracomment>
        <translation>%1, %2, %3, %4</translation>
    </message>
</context>
<context>
    <name>kite::ui::KitePanel</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Enter the secret</source>
        <translation>Geheimnis eingeben</translation>
    </message>
    <message>
        <source>Flying</source>
        <translation>Fliegt</translation>
    </message>
    <message>
        <source>Flying or paused</source>
        <translation>Fliegt oder pausiert</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Take this kite down and out of the list</source>
        <translation>Diesen Drachen einholen und aus der Liste nehmen</translation>
    </message>
    <message>
        <source>To visitors</source>
        <translation>An Besucher</translation>
    </message>
    <message>
        <source>From visitors</source>
        <translation>Von Besuchern</translation>
    </message>
    <message>
        <source>Visitors now</source>
        <translation>Besucher jetzt</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>Besuche</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <extracomment>%1: what the kite points at, %2: where it flies</extracomment>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Paused: visitors see an offline page</source>
        <translation>Pausiert: Besucher sehen eine Abwesenheitsseite</translation>
    </message>
    <message>
        <source>The address comes as soon as it flies</source>
        <translation>Die Adresse kommt, sobald er fliegt</translation>
    </message>
</context>
<context>
    <name>kite::ui::MainWindow</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation>Ordner teilen</translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation>Lokalen Port teilen</translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation>Relay hinzufügen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Kites</source>
        <translation>Drachen</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alle pausieren</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Alle fortsetzen</translation>
    </message>
</context>
<context>
    <name>kite::ui::NewKiteDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>The address comes in a moment…</source>
        <translation>Die Adresse kommt gleich …</translation>
    </message>
    <message>
        <source>%1 is taking off</source>
        <translation>%1 hebt ab</translation>
    </message>
    <message>
        <source>%1 is flying. Its address is on the clipboard.</source>
        <translation>%1 fliegt. Die Adresse ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>%1: a kite&apos;s name, %2: its state</extracomment>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>kite::ui::PlacePicker</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>W&amp;here</source>
        <translation>&amp;Wo</translation>
    </message>
</context>
<context>
    <name>kite::ui::QrDialog</name>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>kite::ui::QrView</name>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
</context>
<context>
    <name>kite::ui::RelayDialog</name>
    <message>
        <source>Host</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation>Fingerabdruck</translation>
    </message>
    <message>
        <source>Add a relay</source>
        <translation>Relay hinzufügen</translation>
    </message>
    <message>
        <source>Change a relay</source>
        <translation>Relay ändern</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>Geheimnis</translation>
    </message>
    <message>
        <source>Stored; leave empty to keep it</source>
        <translation>Gespeichert; leer lassen, um es zu behalten</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Encrypted, certificate checked</source>
        <translation>Verschlüsselt, Zertifikat geprüft</translation>
    </message>
    <message>
        <source>Encrypted, certificate not checked</source>
        <translation>Verschlüsselt, Zertifikat nicht geprüft</translation>
    </message>
    <message>
        <source>Not encrypted</source>
        <translation>Nicht verschlüsselt</translation>
    </message>
    <message>
        <source>Only for a relay with a certificate of its own</source>
        <translation>Nur für ein Relay mit eigenem Zertifikat</translation>
    </message>
    <message>
        <source>&amp;Host</source>
        <translation>&amp;Rechner</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>The name that the relay gave you; *.example.net for all names below it.</source>
        <translation>Der Name, den das Relay Ihnen gab; *.example.net für alle Namen darunter.</translation>
    </message>
    <message>
        <source>&amp;Secret</source>
        <translation>&amp;Geheimnis</translation>
    </message>
    <message>
        <source>C&amp;onnection</source>
        <translation>&amp;Verbindung</translation>
    </message>
    <message>
        <source>&amp;Fingerprint</source>
        <translation>&amp;Fingerabdruck</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation>Relay hinzufügen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Storing the secret in the keyring…</source>
        <translation>Das Geheimnis wird im Schlüsselbund gespeichert …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>You have this relay already. It gets the secret of the invitation.</source>
        <translation>Dieses Relay haben Sie schon. Es bekommt das Geheimnis aus der Einladung.</translation>
    </message>
    <message>
        <source>You have this name at this relay already.</source>
        <translation>Diesen Namen haben Sie bei diesem Relay schon.</translation>
    </message>
    <message>
        <source>You have trusted only one certificate of %1 so far. The invitation names none: then every certificate for that name is trusted that an authority known to this computer has signed. If you did not expect this, ask whoever runs the relay.</source>
        <translation>Bisher haben Sie nur einem Zertifikat von %1 vertraut. Die Einladung nennt keines: dann wird jedem Zertifikat für diesen Namen vertraut, das eine diesem Computer bekannte Stelle unterschrieben hat. Wenn Sie das nicht erwartet haben, fragen Sie den Betreiber des Relays.</translation>
    </message>
    <message>
        <source>Trust another certificate?</source>
        <translation>Einem anderen Zertifikat vertrauen?</translation>
    </message>
    <message>
        <source>The invitation names another certificate for %1 than the one you have trusted so far. A relay that was set up again has a new one; somebody who wants to read along has another one, too. If you did not expect this, ask whoever runs the relay.</source>
        <translation>Die Einladung nennt für %1 ein anderes Zertifikat als das, dem Sie bisher vertraut haben. Ein neu eingerichtetes Relay hat ein neues; wer mitlesen will, hat auch ein anderes. Wenn Sie das nicht erwartet haben, fragen Sie den Betreiber des Relays.</translation>
    </message>
    <message>
        <source>Trust it</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>Change nothing</source>
        <translation>Nichts ändern</translation>
    </message>
    <message>
        <source>The relay %1 is ready for %2. What should visitors find there?</source>
        <extracomment>%1: a relay, %2: a kite&apos;s name</extracomment>
        <translation>Das Relay %1 ist bereit für %2. Was sollen Besucher dort finden?</translation>
    </message>
    <message>
        <source>Share a &amp;folder</source>
        <translation>&amp;Ordner teilen</translation>
    </message>
    <message>
        <source>Share a local &amp;port</source>
        <translation>Lokalen &amp;Port teilen</translation>
    </message>
</context>
<context>
    <name>kite::ui::SecretField</name>
    <message>
        <source>Show the secret</source>
        <translation>Geheimnis zeigen</translation>
    </message>
    <message>
        <source>Hide the secret</source>
        <translation>Geheimnis verbergen</translation>
    </message>
</context>
<context>
    <name>kite::ui::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relays</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Start when I log in</source>
        <translation>Beim Anmelden starten</translation>
    </message>
    <message>
        <source>Show notices</source>
        <translation>Hinweise zeigen</translation>
    </message>
    <message>
        <source>Kites on this computer can be reached from its network</source>
        <translation>Drachen auf diesem Rechner sind aus seinem Netz erreichbar</translation>
    </message>
    <message>
        <source>Everybody in the same network could then open them.</source>
        <translation>Jeder im selben Netz könnte sie dann öffnen.</translation>
    </message>
    <message>
        <source>Port for kites on this computer</source>
        <translation>Port für Drachen auf diesem Rechner</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>&amp;Port for kites on this computer</source>
        <translation>&amp;Port für Drachen auf diesem Rechner</translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation>Relay hinzufügen</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>A relay gives your kites an address on the internet. Its secret is kept in the keyring of this computer.</source>
        <translation>Ein Relay gibt Ihren Drachen eine Adresse im Internet. Sein Geheimnis liegt im Schlüsselbund dieses Rechners.</translation>
    </message>
    <message>
        <source>%1 for %2</source>
        <comment>a relay, a name</comment>
        <translation>%1 für %2</translation>
    </message>
    <message>
        <source>Remove the relay?</source>
        <translation>Relay entfernen?</translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) fly there and will be stopped.</source>
        <translation>
            <numerusform>%n Drachen fliegt dort und wird beendet.</numerusform>
            <numerusform>%n Drachen fliegen dort und werden beendet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>kite::ui::ShareDialog</name>
    <message>
        <source>Share</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation>Ordner teilen</translation>
    </message>
    <message>
        <source>Folder or file</source>
        <translation>Ordner oder Datei</translation>
    </message>
    <message>
        <source>A folder or a file</source>
        <translation>Ein Ordner oder eine Datei</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Einen Ordner wählen</translation>
    </message>
    <message>
        <source>Files…</source>
        <translation>Dateien …</translation>
    </message>
    <message>
        <source>Choose one or several files</source>
        <translation>Eine oder mehrere Dateien wählen</translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation>&amp;Was</translation>
    </message>
    <message>
        <source>Share files</source>
        <translation>Dateien teilen</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <extracomment>%1: &quot;128 files&quot;, %2: &quot;1.4 GB&quot;</extracomment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Counting: %1</source>
        <translation>Wird gezählt: %1</translation>
    </message>
    <message>
        <source>More than %1</source>
        <translation>Mehr als %1</translation>
    </message>
    <message>
        <source>This is your whole home folder. Everybody with the address could read all of it. Better share one folder inside.</source>
        <translation>Das ist Ihr ganzer persönlicher Ordner. Jeder mit der Adresse könnte alles darin lesen. Teilen Sie besser einen Ordner darin.</translation>
    </message>
    <message>
        <source>Some files look private: %1. Everybody with the address could download them. Move them elsewhere first.</source>
        <translation>Einige Dateien sehen privat aus: %1. Jeder mit der Adresse könnte sie herunterladen. Verschieben Sie sie vorher.</translation>
    </message>
    <message>
        <source>Share anyway</source>
        <translation>Trotzdem teilen</translation>
    </message>
    <message>
        <source>Hidden files are not shared.</source>
        <translation>Versteckte Dateien werden nicht geteilt.</translation>
    </message>
</context>
<context>
    <name>kite::ui::TrafficGraph</name>
    <message>
        <source>Traffic of the last 5 minutes</source>
        <translation>Verkehr der letzten 5 Minuten</translation>
    </message>
    <message>
        <source>Now %1 to visitors, %2 from visitors. The most in 5 minutes was %3.</source>
        <extracomment>Read aloud. Both are rates.</extracomment>
        <translation>Jetzt %1 an Besucher, %2 von Besuchern. Das Höchste in 5 Minuten war %3.</translation>
    </message>
    <message>
        <source>%1: %2 to visitors, %3 from visitors</source>
        <extracomment>%1: when, as in &quot;40 s ago&quot;. The others are rates.</extracomment>
        <translation>%1: %2 an Besucher, %3 von Besuchern</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 Min.</translation>
    </message>
    <message>
        <source>2½ min</source>
        <translation>2½ Min.</translation>
    </message>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
</context>
<context>
    <name>kite::ui::TrayMenu</name>
    <message>
        <source>Share a folder or file…</source>
        <translation>Ordner oder Datei teilen …</translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation>Lokalen Port teilen</translation>
    </message>
    <message>
        <source>Open Kiteline</source>
        <translation>Kiteline öffnen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>Anderer …</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>QR code</source>
        <translation>QR-Code</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>%1 (paused)</source>
        <translation>%1 (pausiert)</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
</context>
</TS>
