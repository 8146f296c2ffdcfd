package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.ExcludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The event log, its tail, and the content of streams. */
@Suite
@SelectPackages({"dev.attachgateway.stream"})
@ExcludeClassNamePatterns(
        "dev\\.attachgateway\\.stream\\.((channel|sse|subscription)\\.\\w+|(BehindProxy|Http2Feed|OtherOrigin|Recipe|OpenStreams|SlowHistory|TicketPages|WritePath)\\w*)Test")
class StreamSuite {}
