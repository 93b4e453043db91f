package parley.testing;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Runs a test class once on each [TestStore]. Test classes run sequentially.
final class BothStores implements ClassTemplateInvocationContextProvider {
  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<? extends ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
      ExtensionContext context) {
    return Stream.of(TestStore.values()).map(OnStore::new);
  }

  private record OnStore(TestStore store) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return store.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      BeforeClassTemplateInvocationCallback use = context -> TestStore.use(store);
      AfterClassTemplateInvocationCallback back = context -> TestStore.use(TestStore.LOCAL);
      return List.of(use, back);
    }
  }
}
