<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Kites</name>
    <message numerus="yes">
        <source>%n kite(s) flying</source>
        <translation>
            <numerusform>%n kite flying</numerusform>
            <numerusform>%n kites flying</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) connecting</source>
        <translation>
            <numerusform>%n kite connecting</numerusform>
            <numerusform>%n kites connecting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) down</source>
        <translation>
            <numerusform>%n kite down</numerusform>
            <numerusform>%n kites down</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s) paused</source>
        <translation>
            <numerusform>%n kite paused</numerusform>
            <numerusform>%n kites paused</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <extracomment>%1: a folder&apos;s or file&apos;s name, %n: how many others are shared with it</extracomment>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message numerus="yes">
        <source>%n visitor(s)</source>
        <translation>
            <numerusform>%n visitor</numerusform>
            <numerusform>%n visitors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n kite(s)</source>
        <translation>
            <numerusform>%n kite</numerusform>
            <numerusform>%n kites</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n s ago</source>
        <comment>seconds</comment>
        <translation>
            <numerusform>%n s ago</numerusform>
            <numerusform>%n s ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min ago</source>
        <comment>minutes</comment>
        <translation>
            <numerusform>%n min ago</numerusform>
            <numerusform>%n min ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h ago</source>
        <comment>hours</comment>
        <translation>
            <numerusform>%n h ago</numerusform>
            <numerusform>%n h ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kite::ui::Desk</name>
    <message numerus="yes">
        <source>%n visitor(s) are here now and will be cut off.</source>
        <translation>
            <numerusform>%n visitor is here now and will be cut off.</numerusform>
            <numerusform>%n visitors are here now and will be cut off.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>kite::ui::SettingsDialog</name>
    <message numerus="yes">
        <source>%n kite(s) fly there and will be stopped.</source>
        <translation>
            <numerusform>%n kite flies there and will be stopped.</numerusform>
            <numerusform>%n kites fly there and will be stopped.</numerusform>
        </translation>
    </message>
</context>
</TS>
