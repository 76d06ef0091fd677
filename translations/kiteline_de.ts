<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>AddKiteDialog</name>
    <message>
        <source>Share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example 8000</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Web site (http)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Web site with its own certificate (https)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Anything else, such as SSH (raw)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Kind</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AddressRow</name>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the address in the browser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QR code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the address as a QR code</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Stop %1?</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n visitor(s) are here now and will be cut off.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep flying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit Kiteline?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep your kites flying?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This desktop has no place for Kiteline&apos;s icon. Your kites can stay in the air without a window; start Kiteline again to see it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Drop a folder here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put something on the web</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It stays on this computer, gets an address, and is gone when you stop it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photos, a web site, class material: anybody with the address can see it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A development server, SSH, or a device in your network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a relay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gives your kites a lasting address on the internet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay for %1 does not answer. Visitors see nothing until it does. Kiteline keeps trying; check the network and the relay&apos;s host name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to the relay broke. %1 is back as soon as the relay answers; there is nothing you need to do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay did not accept the secret for %1. Visitors see an offline page. Enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay does not know the name %1. Visitors see an offline page. Check the name, or ask whoever runs the relay for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another computer is flying %1 right now. Visitors arrive there. Stop it there, or choose another name here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay does not carry this kind of kite or this port, so %1 cannot be reached. Choose another relay for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay says that the quota for %1 is used up. Visitors see an offline page. Ask whoever runs the relay for more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay could not prove who it is, so Kiteline did not connect and sent no secret. %1 is down. Check the relay&apos;s host name and its certificate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What answered is not a relay, so %1 is down. Check the relay&apos;s host name and port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another program uses the port that Kiteline listens on, so %1 cannot be reached. Choose another port in Settings, or end that program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What %1 shares is gone or cannot be read. Visitors see an error page. Put it back, or stop this kite.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The secret for %1 is not at hand, so the relay cannot be asked to fly it. Unlock the keyring and try again, or enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keyring that answers. Kiteline keeps the secret for %1 only until you quit, and writes it nowhere. After the next start you enter it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring is locked and did not take the secret for %1. Kiteline keeps it only until you quit. To store it, unlock the keyring and enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring did not keep the secret for %1. Kiteline keeps it only until you quit. To store it, check the keyring and enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring does not show the secret for %1; most likely it is locked. Its kites stay down. Unlock the keyring and try again, or enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring did not hand out the secret for %1. Its kites stay down. Allow it and try again, or enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring does not answer, so the secret for %1 is not at hand. Its kites stay down. Start the keyring and try again, or enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring could not read the secret for %1. Its kites stay down. Try again, or enter the secret again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay %1 is gone from Kiteline, but the keyring is locked and may still hold its secret. Unlock the keyring and remove it there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay %1 is gone from Kiteline, but the keyring did not remove its secret. Remove it there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings in %1 cannot be read. Kiteline starts without them and leaves the file alone. Make it readable and start Kiteline again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings in %1 are damaged. Kiteline starts without them; a copy is kept beside them. Add your kites again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings in %1 were written by a newer Kiteline. This one starts without them and leaves the file alone. Use the newer one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings in %1 cannot be written. What you change is lost when you quit. Make room on the disk and allow writing there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not exist or cannot be read, so nothing was shared. Check the path and its permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a folder nor a file, so nothing was shared. Choose a folder or a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two of the things to share are called %1, so nothing was shared. Share them one by one.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Faults</name>
    <message>
        <source>Enter the relay&apos;s host name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose what to share.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a relay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something is missing here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not a host name. Enter it like relay.example.net, without http://.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a port from 1 to 65535.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A name has letters, digits, hyphens and dots: demo.example.net.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this computer a name is one word of letters, digits and hyphens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This relay serves other names.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You already have a kite of that name there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This relay is no longer in your list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose http, https, websocket or raw.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fingerprint is 64 digits from 0 to f.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the whole path, from the top.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such file, or it cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing at this path, or it cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KiteListModel</name>
    <message>
        <source>%1, %2, %3, %4</source>
        <extracomment>Read aloud: name, state, what it points at, how many visitors</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KitePanel</name>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter the secret</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flying or paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take this kite down and out of the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To visitors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From visitors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visitors now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Visits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <extracomment>%1: what the kite points at, %2: where it flies</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused: visitors see an offline page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address comes as soon as it flies</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Kites</name>
    <message numerus="yes">
        <source>%n kite(s) flying</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) connecting</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) down</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) paused</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>No kites yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <extracomment>%1: a folder&apos;s or file&apos;s name, %n: how many others are shared with it</extracomment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>This computer and its network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kites</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NewKiteDialog</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The address comes in a moment…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is taking off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is flying. Its address is on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>%1: a kite&apos;s name, %2: its state</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Open Kiteline</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlacePicker</name>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>W&amp;here</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QrDialog</name>
    <message>
        <source>QR code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QrView</name>
    <message>
        <source>QR code</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RelayDialog</name>
    <message>
        <source>Host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a relay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change a relay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secret</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored; leave empty to keep it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted, certificate checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Encrypted, certificate not checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not encrypted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only for a relay with a certificate of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Host</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name that the relay gave you; *.example.net for all names below it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Secret</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;onnection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Fingerprint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storing the secret in the keyring…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show the secret</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the secret</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relays</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start when I log in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show notices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kites on this computer can be reached from its network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everybody in the same network could then open them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port for kites on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Port for kites on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A relay gives your kites an address on the internet. Its secret is kept in the keyring of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 for %2</source>
        <comment>a relay, a name</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the relay?</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) fly there and will be stopped.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShareDialog</name>
    <message>
        <source>Share</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder or file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder or a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one or several files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <extracomment>%1: &quot;128 files&quot;, %2: &quot;1.4 GB&quot;</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Counting: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is your whole home folder. Everybody with the address could read all of it. Better share one folder inside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some files look private: %1. Everybody with the address could download them. Move them elsewhere first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share anyway</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>Kiteline is running already, but does not answer. End it first.
</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartWords</name>
    <message>
        <source>Puts what is on your computer on the web.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start in the tray, without a window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files or a folder to share at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no %1.
</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrafficGraph</name>
    <message>
        <source>Traffic of the last 5 minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now %1 to visitors, %2 from visitors. The most in 5 minutes was %3.</source>
        <extracomment>Read aloud. Both are rates.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 to visitors, %3 from visitors</source>
        <extracomment>%1: when, as in &quot;40 s ago&quot;. The others are rates.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>5 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2½ min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrayApp</name>
    <message>
        <source>%1 is flying</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its address is on the clipboard: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting at login could not be changed: %1 cannot be written.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrayMenu</name>
    <message>
        <source>Share a folder or file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share a local port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open Kiteline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>QR code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (paused)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>%1/s</source>
        <extracomment>A rate: bytes each second</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n visitor(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n s ago</source>
        <comment>seconds</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min ago</source>
        <comment>minutes</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h ago</source>
        <comment>hours</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
</TS>
