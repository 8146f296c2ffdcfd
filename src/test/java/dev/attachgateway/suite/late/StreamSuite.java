package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The event log, its tail, and the streams. */
@Suite
@SelectPackages({"dev.attachgateway.stream"})
@ExcludeClassNamePatterns(
        "dev\\.attachgateway\\.stream\\.(BehindProxy|CloudEvents|Http2Feed|ListedOrigins|OldHttp|OpenStreams|OtherOrigin|Recipe|SilentPeers|SlowHistory|Ticket|WritePath)\\w*Test")
class StreamSuite {}
