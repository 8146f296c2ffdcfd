package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Streams behind proxies, in browsers and in the documented clients. */
@Suite
@SelectPackages({"dev.attachgateway.stream"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.stream\\.((channel|sse)\\.\\w+|(BehindProxy|Http2Feed|OtherOrigin|Recipe)\\w*)Test")
class StreamClientsSuite {}
