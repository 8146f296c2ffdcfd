package dev.attachgateway.access.accesskey;

import dev.attachgateway.testkit.Signing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Mutates the bytes of a signed request as an attacker who intercepted it might. */
final class RequestMutation {
    private static final List<String> HEADERS = List.of(
            "Idempotency-Key: other",
            "X-Client-Token: other",
            "Prefer: respond-async",
            "Last-Event-ID: 1-2-3",
            "X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD",
            "X-Auth-Token: a.b.c",
            "Host: elsewhere",
            "X-Sdk-Date: 20261128T100000Z",
            "Authorization: Bearer a.b.c",
            "X-HTTP-Method-Override: GET",
            "Transfer-Encoding: chunked",
            "Content-Length: 0",
            "Content-Encoding: gzip",
            "X-Note: unsigned",
            "Accept: text/event-stream");

    private final Random random;

    RequestMutation(Random random) {
        this.random = random;
    }

    /** The request with one or two mutations. */
    String mutate(String request) {
        var mutated = mutateOnce(request);
        return random.nextInt(4) == 0 ? mutateOnce(mutated) : mutated;
    }

    private String mutateOnce(String request) {
        var end = Math.max(0, request.indexOf("\r\n\r\n"));
        var lines = new ArrayList<>(List.of(request.substring(0, end).split("\r\n", -1)));
        var body = request.substring(end + Math.min(4, request.length() - end));
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> {
                return mutateByte(request);
            }
            case 3 -> swap(lines);
            case 4 -> lines.add(randomIndex(lines), lines.get(randomIndex(lines)));
            case 5 -> lines.remove(randomIndex(lines));
            case 6 -> lines.add(randomIndex(lines), HEADERS.get(random.nextInt(HEADERS.size())));
            case 7 -> lines.set(0, method(lines.getFirst()));
            case 8, 9 -> lines.set(0, target(lines.getFirst()));
            case 10 -> replaceHeader(lines, "X-Sdk-Date", this::date);
            case 11, 12 -> replaceHeader(lines, "Authorization", this::authorization);
            default -> body = body(body);
        }
        return String.join("\r\n", lines) + "\r\n\r\n" + body;
    }

    private String mutateByte(String request) {
        var position = random.nextInt(request.length());
        var character = (char) (random.nextInt(8) == 0 ? random.nextInt(256) : ' ' + random.nextInt(95));
        return switch (random.nextInt(3)) {
            case 0 -> request.substring(0, position) + character + request.substring(position + 1);
            case 1 -> request.substring(0, position) + character + request.substring(position);
            default -> request.substring(0, position) + request.substring(position + 1);
        };
    }

    private int randomIndex(List<String> lines) {
        return lines.size() < 2 ? 0 : 1 + random.nextInt(lines.size() - 1);
    }

    private void swap(List<String> lines) {
        var one = randomIndex(lines);
        var other = randomIndex(lines);
        var line = lines.get(one);
        lines.set(one, lines.get(other));
        lines.set(other, line);
    }

    private String method(String line) {
        var methods = List.of("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "post", "get");
        return line.replaceFirst("^\\S+", methods.get(random.nextInt(methods.size())));
    }

    private String target(String line) {
        var parts = line.split(" ", 3);
        if (parts.length < 3) {
            return line;
        }
        var target = parts[1];
        var path = target.split("\\?", 2)[0];
        var position = random.nextInt(path.length());
        parts[1] = switch (random.nextInt(14)) {
            case 0 -> path + "/" + target.substring(path.length());
            case 1 -> target.replaceFirst("/v1/", "//v1/");
            case 2 -> target.replaceFirst("/v1/", "/v1/./");
            case 3 -> target.replaceFirst("/v1/", "/v1/x/../");
            case 4 ->
                path.substring(0, position)
                        + "%%%02X".formatted((int) path.charAt(position))
                        + target.substring(position + 1);
            case 5 -> path + ";a=b" + target.substring(path.length());
            case 6 -> "http://elsewhere" + target;
            case 7 -> target + (target.contains("?") ? "&" : "?") + "dry_run=true";
            case 8 -> target.replace("status=failed&status=success", "status=success&status=failed");
            case 9 -> target.replace("limit=5", "limit=%35");
            case 10 -> target.replace("&limit=5", "").replace("?", "?limit=5&");
            case 11 -> target.replace("status=failed", "status=faile+d");
            case 12 -> target.replace("status=failed&", "");
            default -> target.toUpperCase(Locale.ROOT);
        };
        return String.join(" ", parts);
    }

    private String date(String value) {
        var digits = value.replaceAll("\\D", "");
        return switch (random.nextInt(4)) {
            case 0 -> value.replaceFirst("\\d(?=Z)", Integer.toString(random.nextInt(10)));
            case 1 -> value.toLowerCase(Locale.ROOT);
            case 2 -> digits.isEmpty() ? "" : " " + value + " ";
            default -> value + "Z";
        };
    }

    private String authorization(String value) {
        return switch (random.nextInt(9)) {
            case 0 -> value.replace(Signing.KEY_1.accessKeyId(), Signing.KEY_2.accessKeyId());
            case 1 -> value.replace(Signing.KEY_1.accessKeyId(), Signing.VIEWER.accessKeyId());
            case 2 -> value.toUpperCase(Locale.ROOT);
            case 3 -> value.substring(0, Math.max(0, value.length() - 1 - random.nextInt(10)));
            case 4 -> value.replaceFirst("Signature=.*", "Signature=" + "0".repeat(64));
            case 5 -> value.replace("host;x-sdk-date", "x-sdk-date;host");
            case 6 -> value.replace("host;x-sdk-date", "x-sdk-date");
            case 7 -> value.replace("host;", "content-type;host;");
            default -> value.replace(", ", ",");
        };
    }

    private String body(String body) {
        return switch (random.nextInt(4)) {
            case 0 -> body + " ";
            case 1 -> " " + body;
            case 2 -> body.replaceFirst("[0-9a-f]", "f");
            default -> body.replace("}", ",\"volume_id\":\"00000000-0000-4000-8000-000000000000\"}");
        };
    }

    private static void replaceHeader(List<String> lines, String name, UnaryOperator<String> change) {
        lines.replaceAll(line ->
                line.startsWith(name + ": ") ? name + ": " + change.apply(line.substring(name.length() + 2)) : line);
    }

    static byte[] bytes(String request) {
        return request.getBytes(StandardCharsets.ISO_8859_1);
    }
}
