package dev.attachgateway.testkit;

import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Debian's Chromium in headless mode, which can be suspended like a sleeping notebook. */
public final class Browser implements AutoCloseable {
    private static final double LIMIT_MS = 20_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium) {
        this.playwright = playwright;
        this.chromium = chromium;
    }

    /** Starts the browser with an empty profile. */
    public static Browser start() {
        var program = MachineRequirements.program("chromium");
        var playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            var chromium = playwright
                    .chromium()
                    .launch(new LaunchOptions()
                            .setExecutablePath(program)
                            .setHeadless(true)
                            .setTimeout(LIMIT_MS)
                            .setArgs(List.of(
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--disable-quic",
                                    "--no-first-run",
                                    "--disable-background-networking",
                                    "--disable-component-update",
                                    "--disable-sync")));
            return new Browser(playwright, chromium);
        } catch (Throwable e) {
            playwright.close();
            throw e;
        }
    }

    /** Opens a page with its own cookies and caches. */
    public Page open(String url) {
        var page = chromium.newContext().newPage();
        page.setDefaultTimeout(LIMIT_MS);
        page.navigate(url);
        return page;
    }

    /** Sends SIGSTOP to all processes of the browser: they are suspended until {@link #wake}. */
    public void sleep() {
        signal("STOP");
    }

    /** Sends SIGCONT to all processes of the browser. */
    public void wake() {
        signal("CONT");
    }

    private static void signal(String name) {
        var ids = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").contains("chromium"))
                .map(process -> Long.toString(process.pid()))
                .toList();
        if (ids.isEmpty()) {
            throw new AssertionError("no process of the browser was found");
        }
        var words = new ArrayList<>(List.of("kill", "-" + name));
        words.addAll(ids);
        CommandResult.run(Path.of("."), Map.of(), Duration.ofSeconds(5), words.toArray(String[]::new))
                .printed();
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
