package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Streams as proxies, browsers and documented clients meet them. */
@Suite
@SelectPackages({"dev.attachgateway.stream"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.stream\\.(BehindProxy|CloudEvents|Http2Feed|OldHttp|OtherOrigin|Recipe|SilentPeers)\\w*Test")
class StreamClientsSuite {}
