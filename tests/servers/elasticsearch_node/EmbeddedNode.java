import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.elasticsearch.Build;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;

/** One node at the loopback that tells its address on a line of its own, and ends, its data with it, when its standard input does. */
final class EmbeddedNode {
    private static final String MODULE = """
        name=transport-netty4
        description=HTTP
        version=%1$s
        elasticsearch.version=%1$s
        java.version=17
        classname=org.elasticsearch.transport.netty4.Netty4Plugin
        """;

    public static void main(String[] arguments) throws Exception {
        var home = Path.of(arguments[0]);
        var data = Files.createDirectories(Path.of(arguments[1]));
        Files.createDirectories(home.resolve("config"));
        // The jar of the module comes without the note by which the server knows it.
        var note = home.resolve("modules").resolve("transport-netty4").resolve("plugin-descriptor.properties");
        Files.writeString(note, MODULE.formatted(Build.current().version()));
        LogConfigurator.configureESLogging();
        var settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", data.toString())
            .put("path.logs", data.toString())
            .put("node.name", "tests")
            .put("cluster.name", "huiying-tests")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("node.portsfile", true)
            // So small that a test can meet it.
            .put("http.max_content_length", "2mb")
            // A small heap holds much garbage now and then: no reason to turn a request away.
            .put("indices.breaker.total.use_real_memory", false)
            // How full the disk of the machine is makes no index of a test read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        var environment = InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "tests");
        try (var node = new Node(environment)) {
            node.start();
            System.out.println("http://" + Files.readAllLines(data.resolve("http.ports")).get(0));
            System.out.flush();
            while (System.in.read() >= 0) {
                // Whoever started this holds the other end; nothing is written to it.
            }
        } finally {
            try (var files = Files.walk(data)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
