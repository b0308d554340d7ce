import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node for tests: StartNode PROGRAM RUN, where RUN gets data and logs.
 *
 * <p>It takes a free loopback port, writes it to RUN/logs/http.ports, and stops when its standard
 * input ends, so that it cannot outlive the tests however they die.
 */
public final class StartNode {
  private StartNode() {}

  public static void main(String[] arguments) throws Exception {
    Path program = Path.of(arguments[0]);
    Path run = Path.of(arguments[1]);
    Settings.Builder settings = Settings.builder();
    settings.put("path.home", program);
    settings.put("path.data", run.resolve("data"));
    settings.put("path.logs", run.resolve("logs"));
    settings.put("cluster.name", "shoalwatch-tests");
    settings.put("node.name", "tests");
    settings.put("discovery.type", "single-node");
    settings.put("node.portsfile", true);
    settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
    // Else the disk monitor lifts, every 30 seconds, the very block that a test has set.
    settings.put("cluster.info.update.interval", "1h");
    for (String side : new String[] {"http", "transport"}) {
      settings.put(side + ".host", "127.0.0.1");
      settings.put(side + ".port", "0");
    }
    LogConfigurator.configureWithoutConfig(settings.build());
    LogConfigurator.configureESLogging();
    Environment environment = new Environment(settings.build(), program.resolve("config"));
    var bundles = PluginsLoader.loadModulesBundles(environment.modulesDir(), false);
    var plugins = PluginsLoader.createPluginsLoader(bundles, Set.of(), Map.of());
    new Node(environment, plugins).start();
    while (System.in.read() >= 0) {
      Thread.onSpinWait();
    }
    Runtime.getRuntime().halt(0);
  }
}
